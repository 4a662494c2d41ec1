using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Several samples an item, and scores between 0 and 1: the sequential rule.</summary>
public sealed class GradedSpecs
{
    private static Measurement Sampled(int items, int samples, double rate, string model, ulong seed, Func<int, string?>? category = null)
    {
        var random = new RandomStream(seed, "samples of " + model);
        var m = Fake.Measured(new string('1', items), model, category: category);
        return m with
        {
            Sampling = m.Sampling with { Temperature = 1, SamplesPerPrompt = samples },
            Items = [.. m.Items.Select(i => i with { Scores = [.. Enumerable.Range(0, samples).Select(_ => (double?)(random.NextDouble() < rate ? 1 : 0))], ResponseDigests = [.. Enumerable.Repeat(i.ResponseDigests[0], samples)] })],
        };
    }

    [Fact]
    public void An_unchanged_model_with_four_samples_an_item_passes_and_one_that_lost_ten_points_has_regressed()
    {
        var approved = Sampled(1000, 4, 0.97, "approved", 1);
        var settings = new GateSettings { Margin = 0.05 };
        var same = RunVerdicts.Decide(Fake.Ask(approved, Sampled(1000, 4, 0.97, "same", 2), settings));
        Assert.Equal(Verdict.Passed, same.Verdict);
        Assert.True(same.Paired!.Limits.Lower > -0.05);
        var worse = RunVerdicts.Decide(Fake.Ask(approved, Sampled(1000, 4, 0.87, "worse", 3), settings));
        Assert.Equal(Verdict.Regressed, worse.Verdict);
        Assert.True(worse.Paired!.Limits.Upper < 0);
        Assert.Contains("the mean of 4 samples each", worse.Message);
        Assert.Contains("grid-Kelly", worse.Message);
        Assert.Contains("to be not Passed", worse.Message);
    }

    [Fact]
    public void A_true_drop_of_the_margin_seldom_passes()
    {
        // P(Passed) ≤ .05 at any time; of 200 runs 20 is 3 standard deviations above 10.
        var settings = new GateSettings { Margin = 0.05 };
        var passed = Enumerable.Range(0, 200).Count(run => RunVerdicts.Decide(Fake.Ask(
            Sampled(300, 2, 0.95, "approved", (ulong)run), Sampled(300, 2, 0.90, "now", (ulong)run), settings)).Verdict == Verdict.Passed);
        Assert.InRange(passed, 0, 20);
    }

    [Fact]
    public void Few_items_are_inconclusive_however_many_samples()
    {
        var outcome = RunVerdicts.Decide(Fake.Ask(Sampled(20, 64, 1, "a", 1), Sampled(20, 64, 1, "b", 1)));
        Assert.Equal(Verdict.Inconclusive, outcome.Verdict);
    }

    [Fact]
    public void An_unscored_sample_counts_against_the_model_and_its_item_as_not_covered()
    {
        var approved = Sampled(400, 2, 1, "approved", 1);
        var now = Sampled(400, 2, 1, "now", 1);
        now = now with { Items = [.. now.Items.Select((i, k) => k < 30 ? i with { Scores = [1, null] } : i)] };
        var outcome = RunVerdicts.Decide(Fake.Ask(approved, now, new GateSettings { Margin = 0.05 }));
        Assert.Equal((Verdict.Inconclusive, VerdictReason.LowCoverage), (outcome.Verdict, outcome.Reason));
        Assert.Equal(-30 * 0.5 / 400, outcome.Paired!.Comparison.Difference, 12);
    }

    // Every other item lost .5: the standard error of the mean is .25/√299; a drop is called at α/2 of a family of two.
    [Fact]
    public void What_could_have_been_seen_in_a_family_is_at_its_share_of_alpha()
    {
        Measurement Half(string model, double odd) => Fake.Measured(new string('1', 300), model) with { Items = [.. Enumerable.Range(0, 300).Select(i => Fake.Item(i, i % 2 == 0 ? 0.9 : odd))] };
        var claim = Fake.Ask(Half("approved", 0.9), Half("now", 0.4));
        var error = 0.25 / Math.Sqrt(299);
        Assert.Equal((Normal.UpperQuantile(0.025) + Normal.UpperQuantile(0.2)) * error, Regressed(RunVerdicts.Decide([claim, claim])[0]), 1e-9);
        Assert.Equal((Normal.UpperQuantile(0.05) + Normal.UpperQuantile(0.2)) * error, Regressed(RunVerdicts.Decide(claim)), 1e-9);

        static double Regressed(Decision decision) => DetectableDrops.Of(Fake.TwoPoints, decision.Paired!)!.Regressed!.Value;
    }

    [Fact]
    public void A_graded_score_of_one_sample_is_judged_too()
    {
        var (approved, now) = (Fake.Measured(new string('1', 600), "a"), Fake.Measured(new string('1', 600), "b"));
        now = now with { Items = [.. now.Items.Select(i => i with { Scores = [0.75] })] };
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(Fake.Ask(approved, now)).Verdict);
    }

    [Fact]
    public void The_order_of_looking_is_fixed_by_the_benchmark_and_is_not_that_of_the_suites()
    {
        var (approved, now) = Fake.Table(100, 0, 0, 0);
        var one = PairedComparison.Of(approved, now).InOrder.Select(i => i.Id).ToArray();
        Assert.Equal(one, PairedComparison.Of(approved, now with { Model = approved.Model }).InOrder.Select(i => i.Id));
        Assert.NotEqual(one, now.Items.Select(i => i.Id));
        Assert.Equal(one.Order(), now.Items.Select(i => i.Id).Order());
        var other = new string('c', 64);
        Assert.NotEqual(one, PairedComparison.Of(approved with { BenchmarkDigest = other }, now with { BenchmarkDigest = other }).InOrder.Select(i => i.Id));
    }

    [Fact]
    public void A_category_and_a_floor_are_guarded_for_graded_values_too()
    {
        string Category(int i) => i < 100 ? "first" : "rest";
        var approved = Sampled(1000, 2, 1, "approved", 1, Category);
        var now = approved with { Model = approved.Model with { WeightsDigest = "other" }, Items = [.. approved.Items.Select((i, k) => k < 100 && k % 2 == 0 ? i with { Scores = [0, 0] } : i)] };
        var outcome = RunVerdicts.Decide(Fake.Ask(approved, now, new GateSettings { Margin = 0.10, Floor = 0.9 }));
        Assert.Equal((Verdict.Regressed, VerdictReason.CategoryDrop), (outcome.Verdict, outcome.Reason));
        Assert.Equal("first", Assert.Single(outcome.Paired!.Categories, c => c.Fails).Category);
        Assert.Equal(Verdict.Passed, outcome.Paired!.Floor!.Verdict);
    }
}
