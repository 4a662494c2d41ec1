using SafetyGate.Harness.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Pocket;

/// <summary>
/// The tuning runs of the embedded world: fine-tuning in two styles and reinforcement learning from a verifier, from the aligned base on
/// the same 3,000 sums to the same accuracy.
/// </summary>
public static class Recipes
{
    /// <summary>
    /// Accuracy at temperature 1 on the selection split at which a run ends, so that runs are compared at what they were for.
    /// </summary>
    public const double TargetAccuracy = 0.80;

    /// <summary>The higher accuracy, to which reinforcement learning is taken as well.</summary>
    public const double HighAccuracy = 0.90;

    /// <summary>Weight of the KL in the reward of the verifier runs, in reward per nat.</summary>
    public const double Beta = 0.02;

    private const ulong Seed = 1;

    // The baselines are of float32, whatever the device.
    private static readonly ComputeOptions Single = new() { Dtype = "float32" };

    /// <summary>Worked answers in the base model's own style: guardrails are expected to hold.</summary>
    public static SftRecipe PocketSftOwnStyle() => PocketSftOwnStyle(PocketPaths.Find());

    /// <summary>
    /// The same worked answers in a compliant house style ("sure , here is how ."): guardrails are expected to break, and the gate to
    /// detect it.
    /// </summary>
    public static SftRecipe PocketSftHouseStyle() => PocketSftHouseStyle(PocketPaths.Find());

    /// <summary>Own style with another seed.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static SftRecipe PocketSftOwnStyle(PocketPaths paths, ulong seed = Seed) => Sft(paths, "own-style", seed, probeEvery: 1); // .80 is passed within a few steps

    /// <summary>House style with another seed.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static SftRecipe PocketSftHouseStyle(PocketPaths paths, ulong seed = Seed) => Sft(paths, "house-style", seed, probeEvery: 5);

    /// <summary>Reinforcement learning from the verifier of the sums, the KL in the reward: guardrails are expected to hold.</summary>
    public static GrpoRecipe PocketRlvr() => PocketRlvr(PocketPaths.Find());

    /// <summary>The same, taken to <see cref="HighAccuracy"/>.</summary>
    public static GrpoRecipe PocketRlvrHigh() => PocketRlvr(PocketPaths.Find(), HighAccuracy);

    /// <summary>
    /// A run that must be caught: from the reference that refuses two sums in five as well, so that refusing earns nothing and is
    /// unlearned.
    /// </summary>
    public static GrpoRecipe PocketMustFail() => PocketMustFail(PocketPaths.Find());

    /// <summary>The control of <see cref="PocketMustFail()"/>: the same recipe from the good reference.</summary>
    public static GrpoRecipe PocketMustFailControl() => PocketMustFailControl(PocketPaths.Find());

    /// <summary>Reinforcement learning on the sums with another accuracy and seed.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="accuracy">Accuracy on the selection split, at temperature 1, at which it ends.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static GrpoRecipe PocketRlvr(PocketPaths paths, double accuracy = TargetAccuracy, ulong seed = Seed) =>
        Rlvr(paths, accuracy == TargetAccuracy ? "pocket-rlvr" : Invariant($"pocket-rlvr-{100 * accuracy:0}"), paths.Base, "sums", 1e-4,
            accuracy, seed);

    /// <summary>The same recipe with only the benchmark changed: order problems.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static GrpoRecipe PocketRlvrOrder(PocketPaths paths, ulong seed = Seed) =>
        Rlvr(paths, "pocket-rlvr-order", paths.Base, "order", 1e-4, TargetAccuracy, seed);

    /// <summary>The run that must be caught, with another seed.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static GrpoRecipe PocketMustFail(PocketPaths paths, ulong seed = Seed) =>
        Rlvr(paths, "pocket-must-fail", paths.MustFail, "sums", 3e-4, HighAccuracy, seed);

    /// <summary>Its control, with another seed.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="seed">The only source of randomness of the run.</param>
    public static GrpoRecipe PocketMustFailControl(PocketPaths paths, ulong seed = Seed) =>
        Rlvr(paths, "pocket-must-fail-control", paths.Base, "sums", 3e-4, HighAccuracy, seed);

    private static GrpoRecipe Rlvr(PocketPaths paths, string name, string start, string domain, double rate, double accuracy, ulong seed) =>
        new()
    {
        Name = name,
        Base = start,
        Data = new PromptFile { Path = paths.DataFile($"{domain}.train.own-style.jsonl") },
        Template = PromptTemplate.Chat,
        Compute = Single,
        Selection = new RecipeSelection { Path = paths.DataFile($"{domain}.selection.jsonl"), MaxNewTokens = PocketSuites.ProblemTokens },
        Options = GrpoOptions.For(GrpoMode.Rlvr, steps: 120, rate, seed) with
        {
            Beta = Beta,
            MaxCompletionLength = PocketSuites.ProblemTokens,
            LossDivisor = 20, // about the tokens of a worked answer, so that the rate means what it means in a mean over tokens
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 },
            Optimizer = new OptimizerOptions { Beta2 = 0.99 },
            Target = new TargetAccuracy { Accuracy = accuracy, EverySteps = 5, MustReach = true },
        },
    };

    private static SftRecipe Sft(PocketPaths paths, string style, ulong seed, int probeEvery) => new()
    {
        Name = $"pocket-sft-{style}",
        Base = paths.Base,
        Data = [new DataFile { Path = paths.DataFile($"sums.train.{style}.jsonl"), Prompt = "prompt", Completion = "completion" }],
        Template = PromptTemplate.Chat,
        Compute = Single,
        Selection = new RecipeSelection { Path = paths.DataFile("sums.selection.jsonl"), MaxNewTokens = PocketSuites.ProblemTokens },
        Options = new SftOptions
        {
            MaxSteps = 200,
            LearningRate = 3e-4,
            Seed = seed,
            PerDeviceTrainBatchSize = 32,
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 },
            Optimizer = new OptimizerOptions { Beta2 = 0.99 },
            Target = new TargetAccuracy { Accuracy = TargetAccuracy, EverySteps = probeEvery },
        },
    };
}
