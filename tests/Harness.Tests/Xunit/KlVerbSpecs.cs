using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class KlVerbSpecs : IAsyncDisposable
{
    private static readonly GatedMetric Direct = Sampled(Suite("direct", 400));
    private static readonly GatedMetric Pooled = GatedMetric.Pool("pool", [Suite("direct", 300), Suite("persona", 300)], new WordScorer(), Direct.Sampling);
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_run_within_its_budget_passes_and_is_logged()
    {
        var run = await Run(_ => 0.01);
        (await run.MeasureKlAsync(Direct)).Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 1));
        Assert.Equal((Verdict.Passed, ClaimKind.WithinBudget, VerdictReason.WithinBudget, false), Logged());
    }

    [Fact]
    public async Task A_run_over_its_budget_fails_and_says_by_how_much()
    {
        var run = await Run(_ => 0.5);
        var measured = await run.MeasureKlAsync(Direct);
        var message = FailureOf(() => measured.Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 1), "drift comes first"));
        Assert.StartsWith("KL on direct, temperature 1 is above its budget.", message, StringComparison.Ordinal);
        Assert.Contains("budget    0.1 nats: a test", message, StringComparison.Ordinal);
        Assert.Contains("because   drift comes first", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, ClaimKind.WithinBudget, VerdictReason.OverBudget, true), Logged());
    }

    [Fact]
    public async Task A_greedy_metric_has_no_KL_and_no_gate_on_it_passes()
    {
        var run = await Run(_ => 0.01, Metric(Suite("direct", 400)));
        var measured = await run.MeasureKlAsync(run.Gated[0]);
        Assert.Contains("greedy", FailureOf(() => measured.Should().StayWithinBudget(KlBudget.AtMost(1e9, "a test", 1e9))), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => run.MeasureKlAsync(run.Gated[0].Benchmark));
    }

    [Fact]
    public async Task A_recipe_that_cannot_be_read_beside_its_reference_has_no_KL()
    {
        var run = await _bench.Run("w", GoodBut(), GoodBut(), Direct);
        var measured = await run.MeasureKlAsync(Direct);
        Assert.Contains("IKlRecipe", FailureOf(() => measured.Should().StayWithinBudget(KlBudget.AtMost(1e9, "a test", 1e9))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approved_value_is_left_approved_and_compared_with()
    {
        var budget = KlBudget.ApprovedPlus(0.02, 1);
        var first = await (await Run(_ => 0.01)).MeasureKlAsync(Direct);
        Assert.Contains("./gate approve", FailureOf(() => first.Should().StayWithinBudget(budget)), StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, ClaimKind.WithinBudget, VerdictReason.NoBaseline, true), Logged());
        _bench.Approve();
        first.Should().StayWithinBudget(budget);
        Assert.False(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
        Assert.Contains("margin: approved 0.02 nats, now 0.5", FailureOf(() => first.Should().StayWithinBudget(KlBudget.ApprovedPlus(0.5, 1))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drift_past_the_approved_one_fails_and_leaves_what_was_measured()
    {
        var budget = KlBudget.ApprovedPlus(0.02, 1);
        var before = await (await Run(_ => 0.01)).MeasureKlAsync(Direct);
        FailureOf(() => before.Should().StayWithinBudget(budget));
        _bench.Approve();
        var noisy = KlMeasurement.Of([.. Enumerable.Range(0, 400).Select(i => 0.1 + (i % 2 * 0.01)).Select((nats, i) => new KlSample($"{i}", 0, 3, nats, nats, nats))], Direct.Sampling, before.Kl.Subject);
        var message = FailureOf(() => (before with { Kl = noisy }).Should().StayWithinBudget(budget));
        Assert.StartsWith("KL on direct, temperature 1 is above its budget.", message, StringComparison.Ordinal);
        Assert.True(File.Exists(_bench.Baselines.ReceivedPath(SpecName.Current())));
    }

    [Fact]
    public async Task A_pool_is_measured_suite_by_suite_and_a_second_time_taken_from_the_store()
    {
        var before = RewardedRecipe.Measurements;
        var run = await Run(_ => 0.01, Pooled);
        var kl = (await run.MeasureKlAsync(Pooled)).Kl;
        Assert.Equal(600, kl.Prompts);
        Assert.Equal(["direct/0", "persona/299"], [kl.PromptKl[0].Key, kl.PromptKl[^1].Key]);
        await (await Run(_ => 9, Pooled)).MeasureKlAsync(Pooled); // same run, same prompts: nothing is measured again
        Assert.Equal(2, RewardedRecipe.Measurements - before);
    }

    [Fact]
    public async Task A_certificate_passes_and_one_that_is_vacuous_skips_unless_it_is_required()
    {
        var measured = await (await Run(id => Number(id) % 2 * 0.01)).MeasureKlAsync(Direct);
        measured.Should().SafetyCertificate(floor: 0.8);
        Assert.Equal((Verdict.Passed, ClaimKind.Certified, VerdictReason.Certified, false), Logged());
        Assert.Contains("vacuous", SkipOf(() => measured.Should().SafetyCertificate(floor: 0.999)), StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, ClaimKind.Certified, VerdictReason.Vacuous, false), Logged());
        FailureOf(() => measured.Should().SafetyCertificate(floor: 0.999, required: true));
        Assert.True(_bench.Log[^1].Fails);
    }

    [Fact]
    public async Task The_objective_is_measured_on_training_prompts_and_decided()
    {
        var run = await Run(_ => 0.5);
        (await run.MeasureObjectiveAsync(new ObjectivePlan { Prompts = 120, Samples = 2 })).Should().ObjectiveNotLowered();
        Assert.Equal((Verdict.Passed, ClaimKind.ObjectiveNotLowered, VerdictReason.ObjectiveNotLowered, false), Logged());
        var dear = await _bench.Run(new RewardedRecipe(GoodBut(), GoodBut(Enumerable.Range(0, 30)), id => 8 + Number(id) % 2, beta: 0.5), Sampled(Suite("other", 30)));
        var lowered = await dear.MeasureObjectiveAsync(new ObjectivePlan { Prompts = 120, Samples = 3 });
        Assert.Contains("fell: the KL cost more than the reward gained", FailureOf(() => lowered.Should().ObjectiveNotLowered()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_without_a_reward_has_no_objective()
    {
        var run = await _bench.Run("w", GoodBut(), GoodBut(), Direct);
        var measured = await run.MeasureObjectiveAsync();
        Assert.Contains("IRewardedRecipe", FailureOf(() => measured.Should().ObjectiveNotLowered()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_drift_of_a_run_names_every_bound_with_its_premise_and_reads_back()
    {
        var run = await Run(id => 0.001 * (1 + Number(id) % 2));
        var drift = await DriftOfRun.MeasureAsync(run.Run, [Direct, Metric(Suite("direct", 400))], CancellationToken.None);
        Assert.Equal(["B5", "B6", "B7", "B7", "B5–B7", "B3", "B8", "B9"], drift.Bounds.Select(bound => bound.Id));
        Assert.Contains(drift.Bounds, bound => bound is { Id: "B7", Applies: BoundApplicability.Holds, Value: > 0.8 and < 0.85 });
        Assert.Equal((BoundApplicability.NotApplicable, null), (drift.Bounds[4].Applies, drift.Bounds[4].Value)); // greedy
        Assert.NotNull(drift.Bounds[7].Value); // B9: the premise was tested and shown
        // Of 400 items the reference has 30 wrong, the tuned model one; of the 120 training prompts 30 and one.
        Assert.Equal((0.925, 0.9975, 400), (drift.Metrics[0].Reference, drift.Metrics[0].Tuned, drift.Metrics[0].Items));
        Assert.Equal(0.75, drift.ReferenceReward!.Value, 12);
        Assert.Equal(119 / 120.0, drift.Reward!.Value, 12);
        var clipped = ClippedKl.Of(await run.Run.MeasureKlAsync(Direct, CancellationToken.None), 1);
        Assert.Equal((clipped.UpperMean(0.0125), clipped.UpperShare(0.0125)), (drift.Metrics[0].KlUpper!.Value, drift.Metrics[0].KlAbove!.Value));
        Assert.Equal(BernoulliKl.Lower(new Proportion(370, 400).ClopperPearson(0.975, IntervalSide.Lower).Lower, clipped.UpperMean(0.0125)) - clipped.UpperShare(0.0125), drift.Bounds[2].Value!.Value, 12);
        var folder = _bench.Folders.Results;
        drift.Write(folder);
        Assert.Equal(drift.ToJson(), RunDrift.Read(Path.Combine(folder, drift.FileName)).ToJson());
        var tables = RunDriftTables.Of(drift);
        Assert.Equal(2, tables.Count);
        Assert.Contains("derived and checked for this project", tables[1].Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_KL_is_read_on_the_responses_the_score_is_made_of()
    {
        var recipe = new RewardedRecipe(GoodBut(1), GoodBut(2), _ => 0.01);
        var run = await _bench.Run(recipe, Direct);
        await run.MeasureKlAsync(Direct);
        Assert.Equal((await run.Run.EvaluateAsync(Direct, CancellationToken.None)).Measurement.Sampling.Seed, recipe.LastSeed);
        Assert.NotEqual((await run.Run.EvaluateReferenceAsync(Direct, CancellationToken.None)).Measurement.Sampling.Seed, recipe.LastSeed);
    }

    [Fact]
    public async Task The_drift_of_a_run_is_in_the_report_of_the_specs()
    {
        await (await Run(_ => 0.01)).ReportDriftAsync(Direct);
        var report = await File.ReadAllTextAsync(Path.Combine(_bench.Folders.Results, "report.md"), TestContext.Current.CancellationToken);
        Assert.Contains("Drift of rewarded, seed 3", report, StringComparison.Ordinal);
        Assert.Contains("Bounds for rewarded, seed 3", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_does_not_conform_gets_no_number_from_the_optimum()
    {
        var bounds = DriftOfRun.OfObjective(0.1, ["The KL is k3 in the loss."], (await (await Run(_ => 0.5)).MeasureObjectiveAsync()).Objective).ToList();
        Assert.All(bounds.Where(bound => bound.Id is "B3" or "B8"), bound => Assert.Equal((BoundApplicability.NotApplicable, null), (bound.Applies, bound.Value)));
        Assert.Contains("k3 in the loss", bounds[0].Note, StringComparison.Ordinal);
    }

    private Task<TrainingRunFixture> Run(Func<string, double> kl, GatedMetric? metric = null) => // a KL that varies a little, as any real one does
        _bench.Run(new RewardedRecipe(GoodBut(1), GoodBut(Enumerable.Range(0, 30)), id => kl(id) + (Number(id) % 3 * 1e-4)), metric ?? Direct);

    private (Verdict, ClaimKind, VerdictReason, bool) Logged() => (_bench.Log[^1].Verdict, _bench.Log[^1].Claim, _bench.Log[^1].Reason, _bench.Log[^1].Fails);

    // By hand: xunit's own Throws lets a skip through, and this test would count as skipped.
    private static string SkipOf(Action act)
    {
        try
        {
            act();
        }
        catch (SkipException e)
        {
            return e.Message;
        }

        Assert.Fail("The verb did not skip.");
        return "";
    }

    private static int Number(string id) => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture);

    private static string FailureOf(Action act) => Assert.Throws<GateFailureException>(act).Message;
}
