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
}
