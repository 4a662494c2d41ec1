using System.Text.Json.Nodes;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.RewardModels;

/// <summary>TRL's own numbers, from the fixtures whose results hold <c>scores</c>, <c>losses</c> and <c>pad_id_inside</c>.</summary>
public sealed class RewardConformanceSpecs
{
    private const double Float32 = 2e-5, Float64 = 1e-8; // of the published cases' own table

    public static TheoryData<string, bool> Files() => ConformanceCases.TrainerFixturesInBothWidths("scores", "losses", "pad_id_inside");

    [Theory, MemberData(nameof(Files))]
    public void Scores_are_taken_at_the_last_token_that_is_not_padding(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Model(wide);
        ConformanceLog.Compared(file, "scores");
        foreach (var side in new[] { "chosen", "rejected" })
        {
            var rows = fixture["inputs"]!["pairs"]!.AsArray().Select(pair => (IReadOnlyList<int>)Ints(pair![side + "_ids"]!)).ToList();
            Same(fixture["results"]!["scores"]![side]!, model.Scores(rows), wide, side);
        }

        foreach (var name in new[] { "pad_id_inside", "pad_id_at_end_no_mask" })
        {
            ConformanceLog.Compared(file, name);
            var one = fixture["results"]![name]!;
            Near.Equal((double)one["score"]!, model.Scores([Ints(one["input_ids"]!)]).to(ScalarType.Float64).item<double>(), Tolerance(wide), name);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Losses_gradients_and_metrics_are_those_of_trl(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        foreach (var (name, expected) in fixture["results"]!["losses"]!.AsObject())
        {
            ConformanceLog.Compared(file, "loss " + name);
            using var folder = new TemporaryFolder();
            using var model = Model(wide);
            var kind = Kind.Parse(name);
            new RewardModelTrainer(model, Pairs(fixture, kind.Margins), Options(file, fixture, 1, kind.Centered)).Train(folder.Path, null, CancellationToken.None);
            foreach (var (metric, value) in expected!.Without("grad_norms")) Near.Equal((double)value!, MetricsLog.Values(folder.Path, metric)[0], Tolerance(wide), $"{name}: {metric}");
            if (expected!["grad_norms"] is JsonObject norms) Gradients(file, fixture, norms, kind, wide);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_training_run_goes_step_by_step_as_trls(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        var run = fixture["results"]!["trajectory"]!;
        ConformanceLog.Compared(file, "trajectory");
        using var folder = new TemporaryFolder();
        using var model = Model(wide);
        run.RequireOnly("The training run", "loss", "steps", "final_norms");
        var kind = Kind.Parse((string)run["loss"]!);
        var steps = run["steps"]!.AsArray();
        new RewardModelTrainer(model, Pairs(fixture, kind.Margins), Options(file, fixture, steps.Count, kind.Centered))
            .Train(folder.Path, null, CancellationToken.None);
        foreach (var metric in new[] { "loss", "grad_norm", "accuracy", "margin" })
        {
            var values = MetricsLog.Values(folder.Path, metric);
            Assert.Equal(steps.Count, values.Count);
            for (var i = 0; i < values.Count; i++) Near.Equal((double)steps[i]![metric]!, values[i], Tolerance(wide), Invariant($"{metric} of step {i + 1}"));
        }

        foreach (var (name, norm) in run["final_norms"]!.AsObject())
        {
            using var scope = NewDisposeScope();
            Near.Equal((double)norm!, LeastSquares.Number(model.Decoder.Parameters[name].norm()), Tolerance(wide), $"final norm of {name}");
        }
    }

    private static void Gradients(string file, JsonNode fixture, JsonObject norms, Kind kind, bool wide)
    {
        using var scope = NewDisposeScope();
        using var model = Model(wide);
        model.Decoder.Parameters.RequireGradients(true);
        var pairs = Pairs(fixture, kind.Margins);
        var scores = model.Scores([.. pairs.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.ChosenIds]), .. pairs.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.RejectedIds])]).squeeze(-1);
        RewardModelLoss.Of(scores.narrow(0, 0, pairs.Count), scores.narrow(0, pairs.Count, pairs.Count), kind.Margins ? [.. pairs.Select(pair => pair.Margin!.Value)] : null, Options(file, fixture, 1, kind.Centered).CenterRewardsCoefficient).backward();
        foreach (var (name, norm) in norms) Near.Equal((double)norm!, LeastSquares.Number(model.Decoder.Parameters[name].grad!.norm()), Tolerance(wide), "gradient of " + name);
    }

    private static double Tolerance(bool wide) => wide ? Float64 : Float32;

    private static RewardModelOptions Options(string file, JsonNode fixture, int steps, bool centered)
    {
        var inputs = fixture["inputs"]!;
        inputs.RequireOnly("The input", "pairs", "margins", "center_rewards_coefficient", "optimizer");
        var json = CaseOptions.Optimizer(inputs["optimizer"]!);
        (json["max_steps"], json["held_out"], json["per_device_train_batch_size"]) = (steps, 0, inputs["pairs"]!.AsArray().Count);
        if (centered) json["center_rewards_coefficient"] = inputs["center_rewards_coefficient"]!.DeepClone();
        if (steps == 1) // a loss alone: its one update has no schedule, which may be longer than it
            foreach (var key in new[] { "warmup_steps", "warmup_ratio", "lr_scheduler_type", "lr_scheduler_kwargs" }) json.Remove(key);
        return CaseOptions.Read<RewardModelOptions>(file, json);
    }

    /// <summary>A loss by its name: what is added to the plain one.</summary>
    private sealed record Kind(bool Margins, bool Centered)
    {
        public static Kind Parse(string name)
        {
            var parts = name.Split('_');
            return parts.All(part => part is "plain" or "margin" or "center") ? new(parts.Contains("margin"), parts.Contains("center")) : throw new NotSupportedException($"The loss '{name}' is not supported.");
        }
    }

    // The whole text is scored, so where its prompt ends does not matter.
    private static List<PreferencePair> Pairs(JsonNode fixture, bool margins) => [.. fixture["inputs"]!["pairs"]!.AsArray().Select((pair, i) => new PreferencePair
    {
        Id = Invariant($"pair {i}"), PromptIds = [], ChosenIds = Ints(pair!["chosen_ids"]!), RejectedIds = Ints(pair["rejected_ids"]!),
        Margin = margins ? (double)fixture["inputs"]!["margins"]![i]! : null,
    })];

    private static void Same(JsonNode expected, Tensor scores, bool wide, string what)
    {
        var values = scores.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        Assert.Equal(expected.AsArray().Count, values.Length);
        for (var i = 0; i < values.Length; i++) Near.Equal((double)expected[i]!, values[i], Tolerance(wide), Invariant($"{what}[{i}]"));
    }

    private static int[] Ints(JsonNode array) => [.. array.AsArray().Select(value => (int)value!)];

    private static SequenceClassifier Model(bool wide) =>
        SequenceClassifier.Load(ConformanceCases.Require("trainers/reward_model"), dtype: wide ? ScalarType.Float64 : ScalarType.Float32);
}
