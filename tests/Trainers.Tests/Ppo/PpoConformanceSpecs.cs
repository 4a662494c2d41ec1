using System.Text.Json.Nodes;
using SafetyGate.Trainers.Ppo;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Ppo;

/// <summary>Numbers made after TRL's trainer and after the textbook, from the fixtures whose results hold <c>trl</c> and <c>textbook</c>.</summary>
public sealed class PpoConformanceSpecs
{
    private const double Float32 = 1e-5, Float64 = 1e-8;

    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("trl", "textbook", "whitening");

    [Theory, MemberData(nameof(Files))]
    public void Rewards_advantages_returns_and_losses_are_those_of_trl(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        fixture["inputs"]!.RequireOnly("The input", "lengths", "responses", "new_logits", "scores", "logprobs", "ref_logprobs", "values", "new_values", "hyper", "gammas");
        var (rollout, hyper) = (Rollout(fixture), fixture["inputs"]!["hyper"]!);
        foreach (var (expected, i) in fixture["results"]!["trl"]!.AsArray().Select((node, i) => (node!, i)))
        {
            var name = Invariant($"trl {i}");
            ConformanceLog.Compared(file, name);
            var options = OptionsOf(file, hyper, expected);
            var advantages = PpoAdvantages.Of(rollout, PpoForm.Trl, options.KlEstimator, options.KlCoef, options.Gamma, options.Lam, options.WhitenRewards);
            Same(expected["kl"]!, advantages.Kl, name + " kl");
            Same(expected["rewards"]!, advantages.Rewards, name + " rewards");
            Same(expected["advantages"]!, advantages.Raw, name + " advantages");
            Same(expected["returns"]!, advantages.Returns, name + " returns");
            Same(expected["whitened_advantages"]!, advantages.Whitened, name + " whitened");
            if (expected["loss"] is not { } loss) continue;
            foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 }) Losses(fixture, rollout, advantages, options, loss, dtype, name);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void The_textbook_has_the_score_on_the_last_token_and_one_mask(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var (rollout, hyper) = (Rollout(fixture), fixture["inputs"]!["hyper"]!);
        foreach (var (expected, i) in fixture["results"]!["textbook"]!.AsArray().Select((node, i) => (node!, i)))
        {
            ConformanceLog.Compared(file, Invariant($"textbook {i}"));
            var options = OptionsOf(file, hyper, expected);
            var advantages = PpoAdvantages.Of(rollout, PpoForm.Textbook, options.KlEstimator, options.KlCoef, options.Gamma, options.Lam, options.WhitenRewards);
            Same(expected["rewards"]!, advantages.Rewards, "rewards");
            Same(expected["advantages"]!, advantages.Raw, "advantages");
            Same(expected["returns"]!, advantages.Returns, "returns");
            Same(expected["whitened_advantages"]!, advantages.Whitened, "whitened");
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void Whitening_is_trls(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        ConformanceLog.Compared(file, "whitening");
        var (rollout, expected) = (Rollout(fixture), fixture["results"]!["whitening"]!);
        foreach (var (name, shift) in new[] { ("shift_mean_true", true), ("shift_mean_false", false) })
        {
            var white = PpoAdvantages.Whiten(rollout.Values, rollout.Lengths, shift);
            var table = expected[name]!.AsArray();
            for (var row = 0; row < table.Count; row++)
                for (var t = 0; t < rollout.Lengths[row]; t++) Near.Equal((double)table[row]![t]!, white[row][t], Float64, name);
        }
    }

    [Fact]
    public void What_lies_behind_a_response_is_not_read_and_moves_nothing()
    {
        var rollout = new PpoRollout
        {
            Lengths = [2, 1], Scores = [1, -1], LogProbs = [[-1, -2, double.NaN], [-1, double.PositiveInfinity, 3]], ReferenceLogProbs = [[-1.5, -1, 0], [-2, 0, double.NaN]], Values = [[.1, .2, double.NaN], [.3, double.NaN, 1]],
        };
        var advantages = PpoAdvantages.Of(rollout, PpoForm.Textbook, PpoKlEstimator.K1, .1, 1, .95, false);
        Assert.All(advantages.Whitened.Concat(advantages.Returns), row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
        using var scope = NewDisposeScope();
        var logProbs = tensor(new[] { -1.0, -2.1, double.NaN, -1.2, double.NegativeInfinity, 0 }, [2, 3]).requires_grad_(true);
        var values = tensor(new[] { .1, .25, double.NaN, .3, double.NaN, 0 }, [2, 3]).requires_grad_(true);
        using var terms = PpoLoss.Compute(logProbs, values, rollout, advantages, .2, .2, .1);
        terms.Loss.backward();
        Assert.True(double.IsFinite(terms.Loss.item<double>()));
        Assert.Equal([false, false, true, false, true, true], logProbs.grad!.eq(0).data<bool>().ToArray());
    }

    [Fact]
    public void A_rollout_that_does_not_fit_itself_is_refused()
    {
        var rollout = new PpoRollout { Lengths = [3], Scores = [1], LogProbs = [[-1, -2]], ReferenceLogProbs = [[-1, -2]], Values = [[0, 0]] };
        Assert.Contains("has 3 tokens in 2 positions", Refused(rollout), StringComparison.Ordinal);
        Assert.Contains("not finite", Refused(rollout with { Lengths = [2], Scores = [double.NaN] }), StringComparison.Ordinal);
        Assert.Contains("must be of the same responses", Refused(rollout with { Lengths = [1, 1] }), StringComparison.Ordinal);

        static string Refused(PpoRollout rollout) =>
            Assert.Throws<ArgumentException>(() => PpoAdvantages.Of(rollout, PpoForm.Trl, PpoKlEstimator.K1, .1, 1, .95, false)).Message;
    }

    private static void Losses(JsonNode fixture, PpoRollout rollout, PpoAdvantages advantages, PpoOptions options, JsonNode expected, ScalarType dtype, string name)
    {
        using var scope = NewDisposeScope();
        var (inputs, tolerance) = (fixture["inputs"]!, dtype == ScalarType.Float64 ? Float64 : Float32);
        var logits = tensor(Flat(inputs["new_logits"]!), [rollout.Lengths.Count, rollout.Width, inputs["new_logits"]![0]![0]!.AsArray().Count], dtype).requires_grad_(true);
        var responses = tensor(Flat(inputs["responses"]!).Select(id => (long)id).ToArray(), [rollout.Lengths.Count, rollout.Width]);
        var values = tensor(Flat(inputs["new_values"]!), [rollout.Lengths.Count, rollout.Width], dtype).requires_grad_(true);
        using var terms = PpoLoss.Compute(logits.log_softmax(-1).gather(-1, responses.unsqueeze(-1)).squeeze(-1), values, rollout, advantages,
            options.Cliprange, options.CliprangeValue, options.VfCoef);
        terms.Loss.backward();
        foreach (var (key, value) in new[]
        {
            ("loss", terms.Loss.to(ScalarType.Float64).item<double>()), ("policy_loss", terms.PolicyLoss), ("value_loss", terms.ValueLoss), ("policy_clipfrac", terms.PolicyClipFraction),
            ("value_clipfrac", terms.ValueClipFraction), ("approx_kl_masked", terms.ApproxKl),
            ("grad_norm_logits", logits.grad!.norm().to(ScalarType.Float64).item<double>()), ("grad_norm_values", values.grad!.norm().to(ScalarType.Float64).item<double>()),
        })
            Near.Equal((double)expected[key]!, value, tolerance, $"{name} {key}");
        var gradients = values.grad!.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        var wanted = Flat(expected["grad_values"]!);
        for (var i = 0; i < wanted.Length; i++) Near.Equal(wanted[i], gradients[i], tolerance, $"{name} gradient of a value");
    }

    // Every key that is no result is an option, of the case or of all.
    private static PpoOptions OptionsOf(string file, JsonNode hyper, JsonNode expected)
    {
        string[] results = ["kl", "rewards", "advantages", "returns", "whitened_advantages", "loss"];
        // Options that act elsewhere, on scores or on drawing, are nothing that this fixture's numbers could show.
        string[] read = ["lam", "gamma", "kl_coef", "kl_estimator", "whiten_rewards", "cliprange", "cliprange_value", "vf_coef"];
        hyper.RequireOnly("The settings", read);
        expected.RequireOnly("The case", [.. read, .. results]);
        return CaseOptions.Read<PpoOptions>(file, hyper.AsObject().Concat(expected.Without(results)));
    }

    private static PpoRollout Rollout(JsonNode fixture)
    {
        var inputs = fixture["inputs"]!;
        return new()
        {
            Lengths = [.. inputs["lengths"]!.AsArray().Select(length => (int)length!)], Scores = Flat(inputs["scores"]!),
            LogProbs = Rows(inputs["logprobs"]!), ReferenceLogProbs = Rows(inputs["ref_logprobs"]!), Values = Rows(inputs["values"]!),
        };
    }

    private static double[][] Rows(JsonNode table) => [.. table.AsArray().Select(row => Flat(row!))];

    private static double[] Flat(JsonNode node) => node is JsonArray array ? [.. array.SelectMany(part => Flat(part!))] : [(double)node];

    private static void Same(JsonNode expected, IReadOnlyList<double[]> actual, string what)
    {
        var (rows, flat) = (Flat(expected), actual.SelectMany(row => row).ToArray());
        Assert.Equal(rows.Length, flat.Length);
        for (var i = 0; i < rows.Length; i++) Near.Equal(rows[i], flat[i], Float64, Invariant($"{what}[{i}]"));
    }
}
