using System.Text.Json.Nodes;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
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

    private static Tensor Table(JsonNode rows) => tensor(Flat(rows), [rows.AsArray().Count, rows[0]!.AsArray().Count], ScalarType.Float64);

    private static double[] Flat(JsonNode rows) => [.. rows.AsArray().SelectMany(row => row!.AsArray()).Select(value => (double)value!)];

    private static double Number(Tensor scalar) => scalar.detach().item<double>();

    private static void Same(JsonNode expected, Tensor actual, string what)
    {
        var (wanted, got) = (Flat(expected), actual.contiguous().data<double>().ToArray());
        for (var i = 0; i < wanted.Length; i++) Near.Equal(wanted[i], got[i], Slope, Invariant($"{what} [{i}]"));
    }
}
