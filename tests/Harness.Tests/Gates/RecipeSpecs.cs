using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Claims about a recipe over several trainings.</summary>
public sealed class RecipeSpecs
{
    private static readonly GateSettings FivePoints = new() { Margin = 0.05 };

    /// <summary>One training: a rate, and items drawn by it.</summary>
    private static Measurement Training(string name, double rate, ulong seed, int items = 1000)
    {
        var random = new RandomStream(seed, "training " + name);
        return Fake.Measured(string.Concat(Enumerable.Range(0, items).Select(_ => random.NextDouble() < rate ? '1' : '0')), name);
    }

    private static Measurement[] Trainings(string name, ulong seed, params double[] rates) => [.. rates.Select((r, k) => Training(Invariant($"{name} {k}"), r, seed + (ulong)k))];

    private static Decision Decide(Measurement[] approved, Measurement[] now, GateSettings? settings = null, ComparisonKind kind = ComparisonKind.Baseline) =>
        RunVerdicts.Decide(new TrainingsClaim { Against = kind, Approved = approved, Now = now, Settings = settings ?? FivePoints });

    [Fact]
    public void A_recipe_whose_trainings_agree_passes_and_one_that_lost_ten_points_has_regressed()
    {
        var approved = Trainings("approved", 1, .98, .98, .98, .98);
        var same = Decide(approved, Trainings("same", 11, .98, .98, .98, .98));
        Assert.Equal((Verdict.Passed, false), (same.Verdict, same.Fails));
        var worse = Decide(approved, Trainings("worse", 21, .88, .88, .88, .88));
        Assert.Equal((Verdict.Regressed, true), (worse.Verdict, worse.Fails));
        Assert.Contains("regressed for the recipe", worse.Message);
        Assert.Contains("4 trainings now with rates", worse.Message);
    }

    [Fact]
    public void Trainings_that_differ_among_themselves_make_the_interval_wider()
    {
        var approved = Trainings("approved", 1, .95, .95, .95);
        var (steady, wild) = (Decide(approved, Trainings("steady", 11, .95, .95, .95)), Decide(approved, Trainings("wild", 21, .90, .95, 1)));
        Assert.True(HalfWidth(wild) > HalfWidth(steady) + 0.03);
        Assert.Equal(Verdict.Inconclusive, wild.Verdict);
        Assert.Contains("train more seeds", wild.Message);
    }

    [Fact]
    public void The_untuned_reference_is_one_checkpoint()
    {
        var reference = Training("reference", .98, 5);
        Assert.Equal(Verdict.Passed, Decide([reference], Trainings("now", 11, .98, .98, .98, .98, .98), kind: ComparisonKind.Reference).Verdict);
        Assert.Equal(Verdict.NotComparable, Decide([reference], Trainings("now", 11, .98, .98, .98)).Verdict);
    }

    [Fact]
    public void A_true_drop_of_the_margin_seldom_passes_when_seeds_vary_too()
    {
        // One-sided .05, kept by the union bound; of 100 repeats 12 is more than three standard deviations above 5.
        var passed = 0;
        for (ulong repeat = 0; repeat < 100; repeat++)
        {
            var random = new RandomStream(repeat, "recipe rates");
            double[] Rates(double mean) => [.. Enumerable.Range(0, 3).Select(_ => mean + 0.02 * (2 * random.NextDouble() - 1))];
            if (Decide(Trainings("approved", 100 * repeat, Rates(.95)), Trainings("now", 100 * repeat + 50, Rates(.90))).Verdict == Verdict.Passed) passed++;
        }

        Assert.InRange(passed, 0, 12);
    }

    [Fact]
    public void Too_few_trainings_the_same_training_twice_and_other_benchmarks_never_pass()
    {
        var approved = Trainings("approved", 1, 1, 1, 1);
        Refused(Decide(approved[..2], Trainings("now", 1, 1, 1)), "needs 3 or more");
        Refused(Decide(approved, [.. Trainings("now", 1, 1, 1), Training("now 0", 1, 1)]), "one training, measured more than once");
        Refused(Decide([], Trainings("now", 1, 1, 1, 1)), "0 approved measurements");
        Refused(Decide(approved, [.. Trainings("now", 1, 1, 1), Training("other", 1, 1) with { BenchmarkDigest = new string('c', 64) }]), "benchmark digest");
        Refused(Decide(approved, [.. Trainings("now", 1, 1, 1), Training("short", 1, 1, items: 999)]), "999");
        Refused(Decide(approved, Trainings("now", 1, 1, 1, 1), FivePoints with { Margin = double.NaN }), "Margin");
        Refused(Decide(approved, Trainings("now", 1, 1, 1, 1), FivePoints with { Looks = Looks.AnyTime }), "Looks");
    }

    [Fact]
    public void Low_coverage_in_one_training_is_enough_to_be_inconclusive()
    {
        var now = Trainings("now", 1, 1, 1, 1);
        now[2] = now[2] with { Items = [.. now[2].Items.Select((item, i) => i < 60 ? Fake.Item(i, null) : item)] };
        var outcome = Decide(Trainings("approved", 1, 1, 1, 1), now);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.LowCoverage), (outcome.Verdict, outcome.Reason));
    }

    private static double HalfWidth(Decision decision) => ((TrainingsEvidence)decision.Evidence!).SeedHalfWidth;

    private static void Refused(Decision outcome, string says)
    {
        Assert.Equal((Verdict.NotComparable, true), (outcome.Verdict, outcome.Fails));
        Assert.Contains(says, outcome.Message);
    }

    /// <summary>1000 items, the first 100 of them of the category fraud, of which so many are bad; all others are good.</summary>
    private static Measurement Fraud(string name, int bad) => Fake.Measured(new string('0', bad) + new string('1', 1000 - bad), name, category: i => i < 100 ? "fraud" : "other");

    private static Measurement[] Frauds(string name, params int[] bad) => [.. bad.Select((b, k) => Fraud(Invariant($"{name} {k}"), b))];

    [Fact]
    public void A_category_fails_the_recipe_although_its_mean_holds()
    {
        var rule = FivePoints with { Margin = .1 };
        var outcome = Decide(Frauds("approved", 0, 0, 0), Frauds("now", 30, 31, 32), rule);
        Assert.Equal((Verdict.Regressed, VerdictReason.CategoryDrop, true), (outcome.Verdict, outcome.Reason, outcome.Fails));
        Assert.Equal(Verdict.Passed, ((TrainingsEvidence)outcome.Evidence!).Verdict);
        Assert.Contains("regressed for the recipe in fraud, while the mean alone would not have shown it", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("category  fraud: −31 points on 100 items over the trainings, 32 worse, 0 better, p ", outcome.Message, StringComparison.Ordinal);
        var fraud = Assert.Single(((TrainingsEvidence)outcome.Evidence).Categories, c => c.Fails);
        Assert.True(fraud.DropP < fraud.AdjustedDropP && fraud.AdjustedDropP <= .05);
        Assert.Equal(Verdict.Passed, Decide(Frauds("approved", 0, 0, 0), Frauds("now", 30, 31, 32), rule with { CategoryDropLimit = .32 }).Verdict);
        var record = SafetyGate.Harness.Reports.VerdictRecord.Of(new("Specs", "Holds"), outcome);
        Assert.Equal(["fraud", "other"], record.Categories.Select(c => c.Category));
    }

    // Rates of 1, .9 and .6 in the category: mean drop 16.7 points of standard error 12; with 2 degrees of freedom a drop is not shown.
    [Fact]
    public void A_category_whose_drop_is_one_seeds_own_is_no_finding_about_the_recipe()
    {
        var outcome = Decide(Frauds("approved", 0, 0, 0), Frauds("now", 0, 10, 40), FivePoints with { Margin = .2 });
        Assert.Equal(Verdict.Passed, outcome.Verdict);
        Assert.Equal(-.5 / 3, Assert.Single(((TrainingsEvidence)outcome.Evidence!).Categories, c => c.Category == "fraud").Difference, 1e-12);
        Assert.InRange(((TrainingsEvidence)outcome.Evidence).Categories[0].DropP, .2, 1); // alone, the last training would have had McNemar 2⁻⁴⁰
    }

    [Fact]
    public void The_p_of_a_category_is_the_level_at_which_its_upper_limit_leaves_0()
    {
        var pairs = Frauds("now", 12, 13, 15).Select(now => PairedComparison.Of(Fraud("approved", 0), now).UnitsInOrder).ToArray();
        var sample = TrainingsSample.Of(pairs, 1);
        var p = sample.DropP();
        Assert.InRange(p, 1e-6, .2);
        Assert.True(sample.Limits(p, out _).Upper < 0 && sample.Limits(.99 * p, out _).Upper >= 0, Invariant($"p {p}"));
        Assert.Equal(1, TrainingsSample.Of([.. Frauds("now", 0, 0, 0).Select(now => PairedComparison.Of(Fraud("approved", 5), now).UnitsInOrder)], 1).DropP());
    }

    [Fact]
    public void Two_looks_may_be_planned_each_at_half_of_alpha()
    {
        var twice = FivePoints with { Looks = Looks.TwoPlanned };
        var (approved, now) = (Trainings("approved", 1, 1, 1, 1), Trainings("now", 11, 1, 1, 1));
        var units = ItemBudget.InOrder(now[0].Items, i => i.Id, i => i.Behavior, now[0].BenchmarkDigest);
        Measurement Part(Measurement m, int count) => units.Take(count).SelectMany(u => u).ToHashSet() is var drawn ? m with { Items = [.. m.Items.Where(i => drawn.Contains(i.Id))] } : m;
        var first = Decide(approved, [.. now.Select(m => Part(m, 500))], twice);
        Assert.Equal((Verdict.Passed, 500), (first.Verdict, ((TrainingsEvidence)first.Evidence!).Pairs[0].Items.Count));
        var evidence = (TrainingsEvidence)first.Evidence;
        Assert.Equal(TrainingsSample.Of([.. evidence.Pairs.Select(pair => pair.UnitsInOrder)], 3).Limits(.025, out _), evidence.Limits);
        Assert.Contains("95 % interval", first.Message, StringComparison.Ordinal);
        Refused(Decide(approved, [.. now.Select(m => Part(m, 499))], twice), "two looks are planned, at 500 and at 1000");
        Refused(Decide(approved, [.. now.Select(m => m with { Items = [.. m.Items.Take(500)] })], twice), "not the first 500 in the order fixed beforehand");
        Refused(Decide(approved, [.. now.Select(m => Part(m, 500))]), "500");
        var anchored = RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = approved, Now = [.. now.Select(m => Part(m, 500))], Settings = twice, Anchor = Training("reference", 1, 5) });
        Assert.Equal((Verdict.Passed, 500), (anchored.Verdict, ((TrainingsEvidence)anchored.Evidence!).Anchor!.Pairs[0].Items.Count));
        var bad = Decide(approved, [.. Trainings("bad", 21, .9, .96, 1).Select(m => Part(m, 500))], twice);
        Assert.Contains("evaluate further items in the fixed order, up to the 1000 of the baseline", bad.Message, StringComparison.Ordinal);
    }
}
