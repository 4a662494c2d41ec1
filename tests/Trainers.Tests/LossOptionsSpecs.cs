using System.Text.Json.Nodes;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests;

/// <summary>Combinations of options beyond those of TRL's own numbers: values and differences of a second implementation, from the fixtures whose results hold <c>grpo_options</c>.</summary>
public sealed class LossOptionsSpecs
{
    private const double Value = 1e-8; // ten digits in the file
    private const double Slope = 2e-7; // central differences with a step of 1e-5

    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("grpo_options", "dpo_options");

    [Theory, MemberData(nameof(Files))]
    public void Losses_of_grpos_family_have_the_values_and_slopes_of_a_second_implementation(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var data = fixture["inputs"]!["grpo"]!;
        foreach (var (expected, i) in fixture["results"]!["grpo_options"]!.AsArray().Select((node, i) => (node!, i)))
        {
            var name = Invariant($"grpo {i}: {expected["options"]!.ToJsonString()}");
            ConformanceLog.Compared(file, Invariant($"grpo {i}"));
            expected.RequireOnly(name, "options", "on_policy", "row_share", "tokens_in_update", "loss", "gradient", "entropy_gradient");
            var given = new JsonObject { ["kl_placement"] = "loss" };
            foreach (var (key, value) in expected["options"]!.AsObject()) given[key] = value?.DeepClone();
            using var scope = NewDisposeScope();
            var (logProbs, entropies) = (Table(data["logprobs"]!).requires_grad_(true), Table(data["entropies"]!).requires_grad_(true));
            using var terms = GrpoLoss.Compute(
                new()
                {
                    LogProbsBC = logProbs,
                    EntropiesBC = entropies,
                    MaskBC = Table(data["mask"]!).to(ScalarType.Bool),
                    Advantages = [.. data["advantages"]!.AsArray().Select(value => (double)value!)],
                    OldLogProbsBC = (bool)expected["on_policy"]! ? null : Table(data["old"]!),
                    ReferenceLogProbsBC = Table(data["reference"]!),
                    RowShare = (double)expected["row_share"]!,
                    TokensInUpdate = (double)expected["tokens_in_update"]!,
                },
                CaseOptions.Read<GrpoOptions>(file, given));
            Near.Equal((double)expected["loss"]!, Number(terms.Loss), Value, name);
            terms.Loss.backward();
            Same(expected["gradient"]!, logProbs.grad!, name + ", slope");
            if (expected["entropy_gradient"] is { } slopes) Same(slopes, entropies.grad!, name + ", slope of entropies");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Losses_of_pairs_have_the_values_and_slopes_of_a_second_implementation(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var data = fixture["inputs"]!["dpo"]!;
        int[] lengths = [.. data["lengths"]!.AsArray().Select(length => (int)length!)];
        foreach (var (expected, i) in fixture["results"]!["dpo_options"]!.AsArray().Select((node, i) => (node!, i)))
        {
            var name = Invariant($"dpo {i}: {expected["options"]!.ToJsonString()}");
            ConformanceLog.Compared(file, Invariant($"dpo {i}"));
            expected.RequireOnly(name, "options", "loss", "gradient");
            var options = CaseOptions.Read<DpoOptions>(file, expected["options"]!.AsObject());
            using var scope = NewDisposeScope();
            var logProbs = Table(data["logprobs"]!).requires_grad_(true);
            using var terms = DpoLoss.Compute(
                new()
                {
                    LogProbsRC = logProbs,
                    Lengths = lengths,
                    ReferenceLogProbs = DpoLoss.SequenceSums(Table(data["reference"]!), lengths, options.LdAlpha).data<double>().ToArray(),
                    CollisionsRC = Table(data["collisions"]!),
                },
                options);
            Near.Equal((double)expected["loss"]!, Number(terms.Loss), Value, name);
            terms.Loss.backward();
            // What lies behind a completion's end is no variable of the loss; padding gets a slope that nothing reads.
            var within = tensor(lengths.SelectMany(length => Enumerable.Range(0, (int)logProbs.shape[1]).Select(t => t < length)).ToArray(), logProbs.shape);
            Same(expected["gradient"]!, logProbs.grad! * within.to(ScalarType.Float64), name + ", slope");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Losses_of_targets_have_the_values_and_slopes_of_a_second_implementation(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var data = fixture["inputs"]!["sft"]!;
        foreach (var (expected, i) in fixture["results"]!["sft_options"]!.AsArray().Select((node, i) => (node!, i)))
        {
            var name = Invariant($"sft {i}: {expected["options"]!.ToJsonString()}");
            ConformanceLog.Compared(file, Invariant($"sft {i}"));
            var options = CaseOptions.Read<SftOptions>(file, expected["options"]!.AsObject());
            using var scope = NewDisposeScope();
            var logits = Table(data["logits"]!).requires_grad_(true);
            using var tokens = TokenLogProbs.OfLogits(logits.alias(), tensor(data["targets"]!.AsArray().Select(id => (long)id!).ToArray()), SftLoss.Query(options.LabelSmoothingFactor));
            using var terms = SftLoss.Sums(tokens, options.LossType, options.LabelSmoothingFactor);
            Near.Equal((double)expected["loss"]!, Number(terms.LossSum), Value, name);
            tokens.Backward(terms.LossSum);
            Same(expected["gradient"]!, logits.grad!, name + ", slope");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Losses_of_rewards_have_the_values_and_slopes_of_a_second_implementation(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var data = fixture["inputs"]!["reward"]!;
        foreach (var (expected, i) in fixture["results"]!["reward_options"]!.AsArray().Select((node, i) => (node!, i)))
        {
            ConformanceLog.Compared(file, Invariant($"reward {i}"));
            using var scope = NewDisposeScope();
            var scores = Table(data["scores"]!).requires_grad_(true);
            using var loss = RewardModelLoss.Of(scores.select(1, 0), scores.select(1, 1), (bool)expected["margins"]! ? Flat(new JsonArray(data["margins"]!.DeepClone())) : null, (double?)expected["center_rewards_coefficient"]);
            Near.Equal((double)expected["loss"]!, Number(loss), Value, Invariant($"reward {i}"));
            loss.backward();
            Same(expected["gradient"]!, scores.grad!, Invariant($"reward {i}, slope"));
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Advantages_and_losses_of_ppo_have_the_values_and_slopes_of_a_second_implementation(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var data = fixture["inputs"]!["ppo"]!;
        PpoRollout rollout = new()
        {
            Lengths = [.. data["lengths"]!.AsArray().Select(length => (int)length!)], Scores = Flat(new JsonArray(data["scores"]!.DeepClone())),
            LogProbs = Rows(data["logprobs"]!), ReferenceLogProbs = Rows(data["reference"]!), Values = Rows(data["values"]!),
        };
        foreach (var (expected, i) in fixture["results"]!["ppo_options"]!.AsArray().Select((node, i) => (node!, i)))
        {
            var name = Invariant($"ppo {i}: {expected["options"]!.ToJsonString()}");
            ConformanceLog.Compared(file, Invariant($"ppo {i}"));
            expected.RequireOnly(name, "options", "advantages", "returns", "whitened_advantages", "loss", "gradient", "value_gradient");
            var options = CaseOptions.Read<PpoOptions>(file, expected["options"]!.AsObject());
            var advantages = PpoAdvantages.Of(rollout, options.Form, options.KlEstimator, options.KlCoef, options.Gamma, options.Lam, options.WhitenRewards);
            foreach (var (key, rows) in new[] { ("advantages", advantages.Raw), ("returns", advantages.Returns), ("whitened_advantages", advantages.Whitened) })
                for (var row = 0; row < rows.Count; row++)
                    for (var t = 0; t < rollout.Lengths[row]; t++) Near.Equal((double)expected[key]![row]![t]!, rows[row][t], Value, Invariant($"{name}, {key}[{row}][{t}]"));
            using var scope = NewDisposeScope();
            var (logProbs, values) = (Table(data["new_logprobs"]!).requires_grad_(true), Table(data["new_values"]!).requires_grad_(true));
            using var terms = PpoLoss.Compute(logProbs, values, rollout, advantages, options.Cliprange, options.CliprangeValue, options.VfCoef);
            Near.Equal((double)expected["loss"]!, Number(terms.Loss), Value, name);
            terms.Loss.backward();
            Same(expected["gradient"]!, logProbs.grad!, name + ", slope");
            Same(expected["value_gradient"]!, values.grad!, name + ", slope of values");
        }
    }

    private static double[][] Rows(JsonNode rows) => [.. rows.AsArray().Select(row => row!.AsArray().Select(value => (double)value!).ToArray())];

    private static Tensor Table(JsonNode rows) => tensor(Flat(rows), [rows.AsArray().Count, rows[0]!.AsArray().Count], ScalarType.Float64);

    private static double[] Flat(JsonNode rows) => [.. rows.AsArray().SelectMany(row => row!.AsArray()).Select(value => (double)value!)];

    private static double Number(Tensor scalar) => scalar.detach().item<double>();

    private static void Same(JsonNode expected, Tensor actual, string what)
    {
        var (wanted, got) = (Flat(expected), actual.contiguous().data<double>().ToArray());
        for (var i = 0; i < wanted.Length; i++) Near.Equal(wanted[i], got[i], Slope, Invariant($"{what} [{i}]"));
    }
}
