using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Where items share behaviors, the behavior is the unit of every comparison and guard.</summary>
public sealed class ClusterSpecs
{
    private static readonly GateSettings TwoPoints = new() { Margin = 0.02 };

    /// <summary>One string a behavior, one character an item: = good both times, - lost, + gained, x bad both times, ? unscored now.</summary>
    private static (Measurement Approved, Measurement Now) Pair(string[] behaviors, Func<int, string?>? category = null)
    {
        Measurement Side(string model, string good) => Fake.Measured("1", model) with
        {
            Items = [.. behaviors.SelectMany((items, b) => items.Select((c, i) => Fake.Item(100 * b + i, c == '?' && good == "=+" ? null : good.Contains(c) ? 1 : 0, category?.Invoke(b)) with { Behavior = Invariant($"behavior {b}") }))],
        };
        return (Side("approved", "=-?"), Side("tuned", "=+"));
    }

    private static string[] Behaviors(params (string Items, int Count)[] groups) => [.. groups.SelectMany(g => Enumerable.Repeat(g.Items, g.Count))];

    private static Decision Decide((Measurement Approved, Measurement Now) pair, GateSettings? settings = null) => RunVerdicts.Decide(Fake.Ask(pair, settings ?? TwoPoints));

    [Fact]
    public void Behaviors_that_flip_whole_get_the_verdict_of_as_many_items()
    {
        var whole = Decide(Pair(Behaviors(("-----", 3), ("+++++", 1), ("=====", 164))));
        var items = Decide(Fake.Table(164, 3, 1, 0));
        Assert.Equal(items.Verdict, whole.Verdict);
        Assert.Equal(items.Paired!.Limits.Lower, whole.Paired!.Limits.Lower, 1e-12);
        Assert.Equal(items.Paired.DropP, whole.Paired.DropP);
        Assert.Equal(-2 / 168.0, whole.Paired.Comparison.Difference, 1e-15);
        // As 840 items by themselves the same flips would have passed: that is the error.
        Assert.Equal((Verdict.Inconclusive, Verdict.Passed), (Decide(Pair(Behaviors(("-----", 1), ("=====", 167)))).Verdict, Decide(Fake.Table(835, 5, 0, 0)).Verdict));
    }

    [Fact]
    public void Flips_inside_of_behaviors_are_worth_their_share()
    {
        var outcome = Decide(Pair(Behaviors(("-====", 8), ("+====", 5), ("=====", 155))));
        double[] means = [.. Enumerable.Repeat(-.2, 8), .. Enumerable.Repeat(.2, 5), .. new double[155]];
        Assert.Equal(ClusterScore.Limits(means, .05), outcome.Paired!.Limits);
        Assert.Equal(McNemar.Drop(8, 5), outcome.Paired.DropP);
        Assert.Equal("score limits over behaviors", outcome.Paired.Method);
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin), (outcome.Verdict, outcome.Reason));
        Assert.Contains("840 items in 168 behaviors: 8 lost, 5 gained, 827 good both times, 0 bad both times; 8 behaviors worse, 5 better; one-sided p of sign flips 0.2905", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("at 80 % power, a correlation of 0 within behaviors and this share of gained items", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_of_whole_behaviors_is_regressed_by_sign_flips()
    {
        var outcome = Decide(Pair(Behaviors(("--", 5), ("==", 50))));
        Assert.Equal(1 / 32.0, outcome.Paired!.DropP);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop), (outcome.Verdict, outcome.Reason));
        Assert.Equal(Verdict.Inconclusive, Decide(Pair(Behaviors(("--", 4), ("==", 50)))).Verdict); // 1/16
    }

    [Fact]
    public void Behaviors_of_unequal_size_count_once_each()
    {
        var outcome = Decide(Pair(["----------", "=", "=", "=+"]));
        Assert.Equal((-1 + .5) / 4, outcome.Paired!.Comparison.Difference);
        Assert.Equal(((1 + 1 + 1 + .5) / 4, (0 + 1 + 1 + 1) / 4.0), (outcome.Paired.Comparison.ApprovedRate, outcome.Paired.Comparison.NowRate));
        Assert.Equal(.5, outcome.Paired.DropP); // −1 + ½: of ±1 ± ½, −1½ and −½
        Assert.Equal([10, 1, 1, 2], outcome.Paired.Comparison.Units.Select(u => u.Items.Count));
        Assert.Equal("behavior 0", outcome.Paired.Comparison.Units[0].Id);
        Assert.Equal("item-0100", outcome.Paired.Comparison.Units[1].Id);
    }

    [Fact]
    public void A_behavior_of_one_item_each_changes_nothing()
    {
        var plain = Fake.Table(160, 3, 2, 3);
        Measurement Named(Measurement m) => m with { Items = [.. m.Items.Select((item, i) => item with { Behavior = Invariant($"b{i}") })] };
        var (without, with) = (Decide(plain), Decide((Named(plain.Approved), Named(plain.Now))));
        Assert.Equal(without.Message, with.Message);
        Assert.Equal(without.Paired!.Limits, with.Paired!.Limits);
    }

    [Fact]
    public void A_category_is_judged_by_its_behaviors()
    {
        string? Category(int b) => b < 30 ? "fraud" : "other";
        var outcome = Decide(Pair(Behaviors(("----", 4), ("====", 296)), Category));
        var fraud = Assert.Single(outcome.Paired!.Categories, c => c.Category == "fraud");
        Assert.Equal((120, 30, 16, -4 / 30.0, 1 / 16.0), (fraud.Items, fraud.Behaviors, fraud.Lost, fraud.Difference, fraud.DropP));
        Assert.False(fraud.Fails); // 16 lost items by themselves would have p = 2⁻¹⁶
        var failing = Decide(Pair(Behaviors(("----", 6), ("====", 594)), Category));
        Assert.Equal(VerdictReason.CategoryDrop, failing.Reason);
        Assert.Contains("fraud: −20 points on 120 items in 30 behaviors, 24 lost, 0 gained", failing.Message, StringComparison.Ordinal);
    }

    // One behavior of one item, and two of four pairs that lost their second.
    [Fact]
    public void A_behavior_of_one_item_among_others_does_not_make_them_items()
    {
        static Measurement Grouped(Measurement m) => m with { Items = [.. m.Items.Select((item, i) => item with { Behavior = Invariant($"b{(i + 1) / 2}") })] };
        var units = PairedComparison.Of(Grouped(Fake.Measured("111111111", "approved")), Grouped(Fake.Measured("110101111"))).UnitsInOrder;
        Assert.Equal([1, 2, 2, 2, 2], units.Select(unit => unit.Items.Count).Order());
        Assert.Equal(ClusterScore.Limits([0, -.5, -.5, 0, 0], .05), UnitTests.Limits(units, .05));
        Assert.Equal(ClusterScore.Passes([0, -.5, -.5, 0, 0], .45, .2), UnitTests.Passes(units, .45, .2));
    }

    [Fact]
    public void A_floor_and_an_anchor_are_judged_by_behaviors()
    {
        var pair = Pair(Behaviors(("xxxxx", 2), ("=====", 98)));
        var outcome = Decide(pair, TwoPoints with { Floor = .95, Margin = .05 });
        Assert.Equal(new Proportion(98, 100).ClopperPearson(.9).Lower, outcome.Paired!.Floor!.Limits.Lower, 1e-12);
        Assert.Equal(.98, outcome.Paired.Floor.Rate, 1e-15);
        Assert.Equal(Verdict.Inconclusive, outcome.Paired.Floor.Verdict);
        var partly = Decide(Pair(Behaviors(("x====", 10), ("=====", 90))), TwoPoints with { Floor = .95, Margin = .05 });
        Assert.Equal(BoundedMean.Limits([.. Enumerable.Repeat(.8, 10), .. Enumerable.Repeat(1.0, 90)], .05).Lower, partly.Paired!.Floor!.Limits.Lower, 1e-12);
        var anchor = Pair(Behaviors(("-----", 6), ("=====", 94)));
        var anchored = RunVerdicts.Decide([Fake.Ask(anchor.Now with { Model = anchor.Approved.Model }, anchor.Now, TwoPoints with { Margin = .05 }) with { Anchor = anchor.Approved }]);
        Assert.Equal((VerdictReason.Anchor, 1 / 64.0), (anchored[0].Reason, anchored[0].Paired!.Anchor!.DropP));
    }

    [Fact]
    public void Unscored_items_count_against_the_model_inside_of_their_behavior()
    {
        var outcome = Decide(Pair(Behaviors(("?====", 6), ("=====", 162))));
        Assert.Equal(-6 / 5.0 / 168, outcome.Paired!.Comparison.Difference, 1e-15);
        Assert.Equal(0, outcome.Paired.Comparison.ScoredDifference);
        Assert.Equal(834 / 840.0, outcome.Paired.Comparison.Coverage);
        Assert.Contains("; on the 834 items scored on both sides ±0 points", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Graded_values_are_averaged_over_the_behavior_and_looked_at_in_its_order()
    {
        var (approved, now) = Pair(Behaviors(("===", 40)));
        now = now with { Items = [.. now.Items.Select((item, i) => i < 6 ? item with { Scores = [.5] } : item)] };
        var outcome = Decide((approved, now), TwoPoints with { Margin = .3 });
        var order = outcome.Paired!.Comparison.UnitsInOrder;
        Assert.Equal(40, order.Count);
        Assert.Equal(new SequentialPairedTest([.. order.Select(u => u.WorstDifference)], .3, .05).DropP, outcome.Paired.DropP);
        Assert.Equal(-.5, order.Single(u => u.Id == "behavior 0").WorstDifference);
        Assert.Contains("120 items in 40 behaviors, the mean of 1 sample each", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_behavior_is_never_split_between_looks()
    {
        var items = Enumerable.Range(0, 30).Select(i => new BenchmarkItem { Id = Invariant($"i{i}"), Prompt = Invariant($"p{i}"), Behavior = i < 20 ? Invariant($"b{i / 4}") : null }).ToArray();
        var full = new Benchmark("b", MetricDirection.Safety, items);
        var units = ItemBudget.InOrder(full.Items, i => i.Id, i => i.Behavior, full.Digest);
        Assert.Equal(15, units.Count); // five behaviors of four, ten items of their own
        Assert.Equal(units.Select(u => u.Select(id => ItemBudget.Key(full.Digest, id)).Min(StringComparer.Ordinal)!).Order(StringComparer.Ordinal), units.Select(u => u.Select(id => ItemBudget.Key(full.Digest, id)).Min(StringComparer.Ordinal)!));
        var looks = ItemBudget.LooksAt(full, Looks.TwoPlanned);
        Assert.Equal([units.Take(8).Sum(u => u.Count), 30], looks);
        for (var count = 1; count <= 30; count++)
        {
            var drawn = ItemBudget.First(full, count).Items;
            Assert.InRange(drawn.Count, count, count + 3);
            Assert.All(drawn.Where(i => i.Behavior is not null).GroupBy(i => i.Behavior), g => Assert.Equal(4, g.Count()));
        }
    }

    [Fact]
    public void A_first_look_is_compared_with_the_same_behaviors_of_the_baseline()
    {
        var (approved, now) = Pair(Behaviors(("=====", 200)));
        var units = ItemBudget.InOrder(now.Items, i => i.Id, i => i.Behavior, now.BenchmarkDigest);
        var drawn = units.Take(100).SelectMany(u => u).ToHashSet();
        var part = now with { Items = [.. now.Items.Where(i => drawn.Contains(i.Id))] };
        var settings = TwoPoints with { Margin = .05, Looks = Looks.TwoPlanned };
        var outcome = Decide((approved, part), settings);
        Assert.Equal((Verdict.Passed, 100), (outcome.Verdict, outcome.Paired!.Comparison.Units.Count));
        var split = Decide((approved, now with { Items = [.. now.Items.Where(i => drawn.Contains(i.Id)).Skip(1)] }), settings);
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence), (split.Verdict, split.Reason));
        var fewer = units.Take(99).SelectMany(u => u).ToHashSet();
        Assert.Contains("two looks are planned, at 500 and at 1000", Decide((approved, now with { Items = [.. now.Items.Where(i => fewer.Contains(i.Id))] }), settings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_with_another_unit_is_not_comparable_and_the_field_is_named()
    {
        var (approved, now) = Pair(Behaviors(("==", 80)));
        Measurement Without(Measurement m) => m with { Items = [.. m.Items.Select(i => i with { Behavior = null })] };
        foreach (var (then, present, words) in new[]
                 {
                     (Without(approved), now, "unit of inference: 'item' when approved, 'behavior (160 items in 80)' now"),
                     (approved, Without(now), "unit of inference: 'behavior (160 items in 80)' when approved, 'item' now"),
                     (approved with { Items = [.. approved.Items.Select((i, n) => n == 1 ? i with { Behavior = "behavior 7" } : i)] }, now, "unit of inference: 'behavior (160 items in 80)' when approved, 'behavior (160 items in 80)' now"),
                 })
        {
            var outcome = Decide((then, present));
            Assert.Equal((Verdict.NotComparable, VerdictReason.IdentityDiffers), (outcome.Verdict, outcome.Reason));
            Assert.Contains(words, outcome.Message, StringComparison.Ordinal);
        }

        // Labels are part of the identity even where they make the same units.
        var renamed = Decide((approved with { Items = [.. approved.Items.Select(i => i with { Behavior = i.Behavior + "!" })] }, now));
        Assert.Equal((Verdict.NotComparable, VerdictReason.IdentityDiffers), (renamed.Verdict, renamed.Reason));
        Assert.Contains("behavior of item 'item-0000': 'behavior 0!' when approved, 'behavior 0' now; of 159 more items too", renamed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_from_before_behaviors_were_recorded_is_compared_with_where_none_is_shared()
    {
        var (approved, now) = Pair(Behaviors(("=", 200)));
        Assert.Equal(Verdict.Passed, Decide((approved with { Items = [.. approved.Items.Select(i => i with { Behavior = null })] }, now)).Verdict);
        Assert.Equal(Verdict.NotComparable, Decide((approved with { Items = [.. approved.Items.Select((i, n) => n < 10 ? i : i with { Behavior = null })] }, now)).Verdict);
    }

    [Fact]
    public void A_claim_about_a_recipe_counts_behaviors()
    {
        var (approved, now) = Pair(Behaviors(("---", 2), ("===", 58)));
        Measurement Model(Measurement m, int k) => m with { Model = m.Model with { WeightsDigest = Invariant($"w{m.Model.Name}{k}") } };
        var claim = new TrainingsClaim
        {
            Against = ComparisonKind.Baseline, Approved = [.. Enumerable.Range(0, 3).Select(k => Model(approved, k))], Now = [.. Enumerable.Range(0, 3).Select(k => Model(now, k))], Settings = TwoPoints,
        };
        var outcome = RunVerdicts.Decide(claim);
        var evidence = Assert.IsType<TrainingsEvidence>(outcome.Evidence);
        var order = PairedComparison.Of(approved, now).UnitsInOrder.Select(u => (1 + u.WorstDifference) / 2).ToArray();
        Assert.Equal(-2 / 60.0, evidence.Difference, 1e-15);
        Assert.Equal(2 * new ConfidenceSequence(order, SequenceMethod.GridKelly, .05).RunningAtEnd().Lower - 1, evidence.Limits.Lower);
        Assert.Contains("180 items in 60 behaviors: 2 behaviors worse, 0 better on average", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("behavior 0 (1 → 0)", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_and_summaries_show_behaviors()
    {
        var pair = Pair(Behaviors(("-====", 2), ("+++++", 1), ("=====", 97)));
        var outcome = Decide(pair);
        var reported = ReportedComparison.Of(TwoPoints, outcome.Paired!);
        Assert.Equal((500, 100, 2, 1, 2, 5), (reported.Items, reported.Behaviors, reported.LostBehaviors, reported.GainedBehaviors, reported.Lost, reported.Gained));
        Assert.Equal(.996, reported.Now.Rate, 1e-12);
        Assert.Equal(BoundedMean.Limits([.8, .8, .. Enumerable.Repeat(1.0, 98)], (1 - .9) / 2), reported.Now.Limits);
        Assert.Null(ReportedComparison.Of(TwoPoints, Decide(Fake.Table(100, 1, 1, 0)).Paired!).Behaviors);
        var summary = ResultSummary.Of(pair.Now);
        Assert.Equal((500, 500, .996, .996), (summary.Items, summary.Scored, summary.Rate, summary.WorstCase));
        var limits = BoundedMean.Limits([.8, .8, .. Enumerable.Repeat(1.0, 98)], .05);
        Assert.Equal((Math.Round(limits.Lower, 6), Math.Round(limits.Upper, 6)), (summary.Interval90!.Value.Lower, summary.Interval90!.Value.Upper));
    }

    [Fact]
    public void What_could_be_seen_is_counted_in_behaviors()
    {
        var paired = Decide(Pair(Behaviors(("-----", 2), ("+++++", 2), ("=====", 164))), TwoPoints with { Margin = .05 }).Paired!;
        var whole = DetectableDrops.Of(TwoPoints with { Margin = .05 }, paired)!;
        Assert.Equal(PairedPower.DropSeenAsRegressed(168, 2 / 168.0, .05, .8)!.Value, whole.Regressed!.Value, 2e-3);
        Assert.Equal(PairedPower.DropSeenAsNotPassed(168, 2 / 168.0, .05, .05, .8)!.Value, whole.NotPassed!.Value, 2e-3);
        var ofFour = DetectableDrops.Of(TwoPoints with { Margin = .05 }, paired with { Family = 4 })!;
        Assert.Equal(PairedPower.DropSeenAsRegressed(168, 2 / 168.0, .05 / 4, .8)!.Value, ofFour.Regressed!.Value, 2e-3);
        Assert.Equal(whole.NotPassed, ofFour.NotPassed);
    }

    /// <summary>The whole gate, from measurements to the verdict: at a true drop of τ it passes as seldom as its rule. 400 runs at a true 6 % pass at most 46 times but for 3 in a million cases (Bin(400, .06)).</summary>
    [Theory]
    [InlineData(1.0), InlineData(0.0), InlineData(0.5)]
    public void The_gate_seldom_passes_a_true_drop_of_the_margin(double whole)
    {
        var random = new RandomStream(11, Invariant($"cluster-specs/{whole}"));
        const double margin = .05;
        var passed = 0;
        for (var run = 0; run < 400; run++)
        {
            string[] behaviors = [.. Enumerable.Range(0, 168).Select(_ => random.NextDouble() < whole ? new string(random.NextDouble() < margin ? '-' : '=', 5) : new string([.. Enumerable.Range(0, 5).Select(_ => random.NextDouble() < margin ? '-' : '=')]))];
            var (approved, now) = Pair(behaviors);
            if (new PairedTest(approved, now, margin, TwoPoints).Decide(1, 1).Verdict == Verdict.Passed) passed++;
        }

        Assert.InRange(passed, 0, 46);
    }

    [Fact]
    public void Rescoring_and_drift_show_the_rate_over_behaviors()
    {
        var (approved, now) = Pair(["----------", "=", "=", "=+"]);
        var rescored = new SafetyGate.Harness.Rescoring.RescoredMetric { Before = approved, After = now };
        Assert.Equal((3.5 / 4, 3.0 / 4), (rescored.RateBefore, rescored.RateAfter)); // over the 14 items 13/14 and 4/14
        var drifted = DriftOfRun.Drifted(approved, now, KlMeasurement.NotApplicable(now.Sampling, 14, "greedy"));
        Assert.Equal((14, 4, 3.5 / 4, 3.0 / 4), (drifted.Items, drifted.Behaviors, drifted.Reference, drifted.Tuned));
        var table = RunDriftTables.Of(new RunDrift { Recipe = "r", Seed = 1, Digest = "d", Steps = 1, Metrics = [drifted], Bounds = [] })[0].Table!;
        Assert.Equal(["14 in 4 behaviors", "0.875", "0.750"], table.Rows[0].Skip(1).Take(3));
        Assert.Null(DriftOfRun.Drifted(Fake.Measured("11"), Fake.Measured("10"), KlMeasurement.NotApplicable(now.Sampling, 2, "greedy")).Behaviors);
    }
}
