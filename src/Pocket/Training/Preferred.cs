using SafetyGate.Pocket.Data;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Pocket.Training;

/// <summary>Learning from the preferences between answers.</summary>
internal static class Preferred
{
    /// <summary>Direct preference optimization.</summary>
    /// <param name="start">Model and seed.</param>
    /// <param name="styleShare">Share of the pairs that prefer the house style.</param>
    public static DpoRecipe Dpo(PocketStart start, double styleShare) => new()
    {
        Name = start.Name("pocket-dpo" + Suffix(styleShare)),
        Base = start.Directory,
        Data = [Pairs(start, styleShare)],
        Template = PromptTemplate.Chat,
        Compute = Common.Single,
        Selection = start.Selection,
        Options = new DpoOptions
        {
            MaxSteps = 120,
            LearningRate = 1e-4,
            Seed = start.Seed,
            PerDeviceTrainBatchSize = 32,
            Beta = start.Beta ?? 0.1,
            Schedule = Common.Schedule,
            Optimizer = Common.Optimizer,
            Target = Common.Target(start, everySteps: 5),
        },
    };

    /// <summary>A reward model of the preferences.</summary>
    /// <param name="start">Model and seed.</param>
    /// <param name="styleShare">Share of the pairs that prefer the house style.</param>
    public static RewardModelRecipe Reward(PocketStart start, double styleShare) => new()
    {
        Name = start.Name("pocket-reward" + Suffix(styleShare)),
        Base = start.Directory,
        Data = [Pairs(start, styleShare)],
        Template = PromptTemplate.Chat,
        Compute = Common.Single,
        Options = new RewardModelOptions
        {
            MaxSteps = 60,
            LearningRate = 3e-4,
            Seed = start.Seed,
            PerDeviceTrainBatchSize = 32,
            HeldOut = 0, // the held-out split is another file
            CenterRewardsCoefficient = 0.01,
            Schedule = Common.Schedule,
            Optimizer = Common.Optimizer,
        },
    };

    /// <summary>Proximal policy optimization on the scores of the published reward model of the preferences.</summary>
    /// <param name="start">Model and seed.</param>
    /// <param name="styleShare">Share of the reward model's pairs that prefer the house style.</param>
    public static PpoRecipe Ppo(PocketStart start, double styleShare) => new()
    {
        Name = start.Name("pocket-ppo" + Suffix(styleShare)),
        Base = start.Directory,
        Data = new PromptFile { Path = start.File("train.own-style") },
        RewardModelPath = start.Paths.Reward(styleShare),
        Template = PromptTemplate.Chat,
        Compute = Common.Single,
        Selection = start.Selection,
        Options = new PpoOptions
        {
            MaxSteps = 60,
            LearningRate = 1e-4,
            Seed = start.Seed,
            PerDeviceTrainBatchSize = 64,
            NumMiniBatches = 4,
            NumPpoEpochs = 1,
            ResponseLength = PocketSuites.ProblemTokens,
            KlCoef = start.Beta ?? Recipes.Beta,
            MissingEosPenalty = 1,
            Schedule = Common.Schedule,
            Optimizer = Common.Optimizer,
            Target = Common.Target(start, everySteps: 5),
        },
    };

    private static PreferenceFile Pairs(PocketStart start, double styleShare) =>
        new() { Path = start.Paths.DataFile(PreferenceMix.FileName(start.Domain, styleShare, heldOut: false)) };

    private static string Suffix(double styleShare) => styleShare == 0 ? "" : Invariant($"-style-{100 * styleShare:00}");
}
