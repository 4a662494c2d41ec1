using System.Text.Json.Nodes;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Dpo;

/// <summary>TRL's own numbers, from the fixtures whose inputs are pairs and whose results hold <c>cases</c> and <c>rewards</c>.</summary>
public sealed class DpoConformanceSpecs
{
    private const double Float32 = 5e-5, Float64 = 1e-8; // of the published cases' own table

    public static TheoryData<string, bool> Files() => ConformanceCases.TrainerFixturesInBothWidths("cases", "logps", "trajectories");

    [Theory, MemberData(nameof(Files))]
    public void Every_loss_and_option_has_the_value_gradient_and_pairs_of_trl(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        fixture["inputs"]!.RequireOnly("The input", "pairs", "optimizer");
        var (number, tolerance, pairs) = (0, Tolerance(wide), Pairs(fixture));
        using var policy = Decoder("policy", wide);
        var references = fixture["results"]!["cases"]!.AsArray().Select(one => (double?)one!["ld_alpha"]).Append(null).Distinct().SelectMany(alpha => Subsets(pairs).Select(some => (alpha, some)))
            .ToDictionary(one => (one.alpha, one.some[0].Id, one.some.Count), one => Reference(one.some, wide, one.alpha));
        foreach (var expected in fixture["results"]!["cases"]!.AsArray().Select(node => node!.AsObject()))
        {
            var options = OptionsOf(file, expected.Without("loss", "grad_norm", "per_pair"));
            var name = Invariant($"case {number++}: {expected["loss_type"]!.ToJsonString()}, {options.FDivergenceType}, beta {options.Beta}");
            ConformanceLog.Compared(file, name);
            foreach (var recompute in new[] { false, true })
            {
                var (loss, norm) = LossOf(policy, references, pairs, options, recompute);
                Near.Equal((double)expected["loss"]!, loss, tolerance, name);
                if (expected["grad_norm"] is { } expectedNorm) Near.Equal((double)expectedNorm, norm!.Value, tolerance, name + ", gradient");
            }

            if (expected["per_pair"] is not JsonArray perPair) continue;
            for (var i = 0; i < perPair.Count; i++) Near.Equal((double)perPair[i]!, LossOf(policy, references, [pairs[i]], options, false).Loss, tolerance, Invariant($"{name}, pair {i}"));
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Log_probabilities_rewards_and_metrics_are_those_of_trl(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        var results = fixture["results"]!;
        var (pairs, tolerance) = (Pairs(fixture), Tolerance(wide));
        foreach (var (name, expected) in results["metrics"]!.AsObject())
        {
            ConformanceLog.Compared(file, "metrics " + name);
            // The name says the options, such as beta=0.1.
            var options = OptionsOf(file, name.Split(',').Select(part => part.Split('=')).Select(part => KeyValuePair.Create(part[0].Trim(), ValueOf(part[1].Trim())))) with { PerDeviceTrainBatchSize = pairs.Count };
            using var policy = Decoder("policy", wide);
            using var reference = Decoder("reference_policy", wide);
            using var folder = new TemporaryFolder();
            new DpoTrainer(policy, reference, pairs, options).Train(folder.Path, null, CancellationToken.None);
            foreach (var (metric, value) in expected!.AsObject()) Near.Equal((double)value!, MetricsLog.Values(folder.Path, metric)[0], tolerance, $"{name}: {metric}");
            using var before = Decoder("policy", wide);
            using var scope = NewDisposeScope();
            using var rows = CompletionBatch.Of([.. pairs.SelectMany(pair => pair.Rows)], CPU);
            using var tokens = rows.LogProbs(before, rows.Hidden(before), new TokenQuery());
            using var terms = DpoLoss.Compute(new() { LogProbsRC = rows.InRows(tokens.LogProbsN), Lengths = rows.Lengths, ReferenceLogProbs = Reference(pairs, wide, null) }, options);
            for (var i = 0; i < pairs.Count; i++)
            {
                Near.Equal((double)results["logps"]!["policy"]!["chosen"]![i]!, terms.Chosen[i].LogProb, tolerance, "chosen");
                Near.Equal((double)results["logps"]!["policy"]!["rejected"]![i]!, terms.Rejected[i].LogProb, tolerance, "rejected");
                Near.Equal((double)results["rewards"]![name]!["chosen"]![i]!, terms.Chosen[i].Reward, tolerance, "chosen reward");
                Near.Equal((double)results["rewards"]![name]!["rejected"]![i]!, terms.Rejected[i].Reward, tolerance, "rejected reward");
            }
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_training_run_goes_step_by_step_as_trls(string file, bool wide)
    {
        var fixture = ConformanceCases.Trainer(file);
        var optimizer = fixture["inputs"]!["optimizer"]!;
        var tolerance = Tolerance(wide);
        foreach (var (name, run) in fixture["results"]!["trajectories"]!.AsObject())
        {
            ConformanceLog.Compared(file, "trajectory " + name);
            var (pairs, steps) = (Pairs(fixture), run!["steps"]!.AsArray());
            var json = CaseOptions.Optimizer(optimizer);
            (json["loss_type"], json["max_steps"], json["per_device_train_batch_size"]) = (name, steps.Count, pairs.Count);
            foreach (var (key, value) in run.Without("steps", "final_norms")) json[key] = value?.DeepClone();
            var options = OptionsOf(file, json);
            using var policy = Decoder("policy", wide);
            using var reference = Decoder("reference_policy", wide);
            using var folder = new TemporaryFolder();
            new DpoTrainer(policy, reference, pairs, options).Train(folder.Path, null, CancellationToken.None);
            foreach (var (ours, theirs) in new[] { ("loss", "loss"), ("grad_norm", "grad_norm"), ("rewards/margins", "margin") })
            {
                var values = MetricsLog.Values(folder.Path, ours);
                Assert.Equal(steps.Count, values.Count);
                for (var i = 0; i < values.Count; i++) Near.Equal((double)steps[i]![theirs]!, values[i], tolerance, Invariant($"{name}: {ours} of step {i + 1}"));
            }

            foreach (var (parameter, norm) in run["final_norms"]!.AsObject())
            {
                using var scope = NewDisposeScope();
                Near.Equal((double)norm!, LeastSquares.Number(policy.Parameters[parameter].norm()), tolerance, $"{name}: final norm of {parameter}");
            }
        }
    }

    private static JsonNode? ValueOf(string text) => char.IsAsciiLetter(text[0]) && text is not ("true" or "false" or "null") ? JsonValue.Create(text) : JsonNode.Parse(text);

    private static double Tolerance(bool wide) => wide ? Float64 : Float32;

    private static DpoOptions OptionsOf(string file, IEnumerable<KeyValuePair<string, JsonNode?>> given) => CaseOptions.Read<DpoOptions>(file, given);

    private static (double Loss, double? Norm) LossOf(IDecoder policy,
        Dictionary<(double?, string, int), IReadOnlyList<double>> references, IReadOnlyList<PreferencePair> pairs, DpoOptions options, bool recompute)
    {
        using var scope = NewDisposeScope();
        policy.Parameters.RequireGradients(true);
        foreach (var parameter in policy.Parameters.Values) parameter.grad?.zero_();
        using var rows = CompletionBatch.Of([.. pairs.SelectMany(pair => pair.Rows)], CPU);
        // With layers recomputed the logits are cut into chunks of one token too.
        using var pass = CompletionPass.Of(rows, policy, new() { Collisions = options.UseWeighting, TableBytes = recompute ? 1 : null }, recompute);
        using var terms = DpoLoss.Compute(
            new()
            {
                LogProbsRC = rows.InRows(pass.Tokens.LogProbsN),
                Lengths = rows.Lengths,
                ReferenceLogProbs = references[(options.LdAlpha, pairs[0].Id, pairs.Count)],
                CollisionsRC = options.UseWeighting ? rows.InRows(pass.Tokens.CollisionsN) : null,
            },
            options);
        pass.Backward(terms.Loss, () => { });
        var squares = policy.Parameters.Sum(parameter => parameter.Value.grad is { } gradient ? Math.Pow(LeastSquares.Number(gradient.norm()), 2) : 0);
        return (LeastSquares.Number(terms.Loss), Math.Sqrt(squares));
    }

    private static IReadOnlyList<double> Reference(IReadOnlyList<PreferencePair> pairs, bool wide, double? ldAlpha)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var reference = Decoder("reference_policy", wide);
        using var rows = CompletionBatch.Of([.. pairs.SelectMany(pair => pair.Rows)], CPU);
        using var tokens = rows.LogProbs(reference, rows.Hidden(reference), new TokenQuery());
        return DpoLoss.SequenceSums(rows.InRows(tokens.LogProbsN), rows.Lengths, ldAlpha).to(ScalarType.Float64).data<double>().ToArray();
    }

    private static IEnumerable<IReadOnlyList<PreferencePair>> Subsets(IReadOnlyList<PreferencePair> pairs) => pairs.Count == 1 ? [pairs] : [pairs, .. pairs.Select(pair => new[] { pair })];

    private static List<PreferencePair> Pairs(JsonNode fixture) => [.. fixture["inputs"]!["pairs"]!.AsArray().Select((pair, i) => new PreferencePair
    {
        Id = Invariant($"pair {i}"), PromptIds = Ints(pair!["prompt_ids"]!), ChosenIds = Ints(pair["chosen_ids"]!), RejectedIds = Ints(pair["rejected_ids"]!),
    })];

    private static int[] Ints(JsonNode array) => [.. array.AsArray().Select(value => (int)value!)];

    private static IDecoder Decoder(string name, bool wide) =>
        DecoderFactory.Load(ConformanceCases.Require("trainers/" + name), dtype: wide ? ScalarType.Float64 : ScalarType.Float32);
}
