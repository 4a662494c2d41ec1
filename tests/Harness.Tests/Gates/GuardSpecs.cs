using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class GuardSpecs
{
    /// <summary>600 items in six categories of 100; item i is in category i % 6.</summary>
    private static string Category(int i) => "category " + (i % 6);

    [Fact]
    public void A_category_that_breaks_under_a_steady_mean_fails()
    {
        // 15 lost in category 0, 15 gained in the others: the mean does not move.
        var approved = Enumerable.Range(0, 600).Select(i => i % 6 != 0 && i < 90 && Gains(i) ? '0' : '1').ToArray();
        var now = Enumerable.Range(0, 600).Select(i => i % 6 == 0 && i < 90 ? '0' : '1').ToArray();
        var question = Fake.Ask(Fake.Measured(new string(approved), "approved", category: Category), Fake.Measured(new string(now), category: Category));
        var outcome = RunVerdicts.Decide(question);
        Assert.Equal(0, outcome.Paired!.Comparison.Difference, 12);
        Assert.Equal((Verdict.Regressed, VerdictReason.CategoryDrop), (outcome.Verdict, outcome.Reason));
        Assert.Equal("category 0", Assert.Single(outcome.Paired!.Categories, c => c.Fails).Category);
        Assert.Contains("regressed in category 0", outcome.Message.Split('\n')[0]);

        static bool Gains(int i) => i / 6 * 5 + i % 6 - 1 < 15;
    }

    [Fact]
    public void A_category_below_the_limit_or_without_evidence_does_not_fail()
    {
        Assert.DoesNotContain(RunVerdicts.Decide(Drops(10)).Paired!.Categories, c => c.Fails); // exactly 10 points is not over 10
        Assert.Contains(RunVerdicts.Decide(Drops(11)).Paired!.Categories, c => c.Fails);
        // 4 of 20 is 20 points, but p = 1/16.
        var few = Fake.Table(596, 4, 0, 0, i => i is >= 580 and < 600 ? "small" : "large");
        Assert.DoesNotContain(RunVerdicts.Decide(Fake.Ask(few)).Paired!.Categories, c => c.Fails);

        static PairedClaim Drops(int lost) => Fake.Ask(Fake.Table(600 - lost, lost, 0, 0, i => i >= 500 ? "last" : "first"));
    }

    // 5 of 20 lost: p = 1/32, and 1/16 beside a category that lost nothing.
    [Fact]
    public void A_category_fails_by_its_p_after_Holm_over_the_categories()
    {
        Assert.True(Small(i => i >= 580 ? "small" : null).Fails);
        var oneOfTwo = Small(i => i >= 580 ? "small" : "large");
        Assert.Equal((1 / 32.0, 1 / 16.0, false), (oneOfTwo.DropP, oneOfTwo.AdjustedDropP, oneOfTwo.Fails));

        static CategoryFinding Small(Func<int, string?> category) =>
            Assert.Single(RunVerdicts.Decide(Fake.Ask(Fake.Table(595, 5, 0, 0, category))).Paired!.Categories, c => c.Category == "small");
    }

    [Fact]
    public void Ten_approvals_of_one_point_each_do_not_add_up_unseen()
    {
        // Each step loses 6 of 600 more and passes against the one before at τ = 2 points; the anchor sees ten of them.
        var anchor = Fake.Measured(new string('1', 600), "reference");
        var verdicts = new List<Decision>();
        for (var step = 1; step <= 10; step++)
        {
            var before = Fake.Measured(new string('1', 600 - 6 * (step - 1)) + new string('0', 6 * (step - 1)), Invariant($"release {step - 1}"));
            var now = Fake.Measured(new string('1', 600 - 6 * step) + new string('0', 6 * step), Invariant($"release {step}"));
            verdicts.Add(RunVerdicts.Decide(Fake.Ask(before, now) with { Anchor = anchor }));
            Assert.Equal(Verdict.Passed, verdicts[^1].Paired!.Verdict);
        }

        Assert.Equal(Verdict.Passed, verdicts[0].Verdict);
        Assert.Equal((Verdict.Regressed, VerdictReason.Anchor, true), (verdicts[^1].Verdict, verdicts[^1].Reason, verdicts[^1].Fails));
        Assert.Contains("small losses have added up", verdicts[^1].Message);
        Assert.Contains("change    −10 points", verdicts[^1].Message); // what decided comes first, and its items are the flipped ones
        Assert.Contains("approved  the approved baseline: −1 points", verdicts[^1].Message);
        Assert.Contains("lost item-0540", verdicts[^1].Message);
        Assert.Contains("approving this result does not help", verdicts[^1].Message);
        Assert.True(verdicts.FindIndex(v => v.Fails) <= 4); // 5 × 1 point cannot be shown to be within 5 points
    }

    [Theory]
    [InlineData(600, 0.99, Verdict.Passed)] // Clopper–Pearson lower limit of 600 of 600 at .05 one-sided: .05^(1/600) = .9950
    [InlineData(599, 0.99, Verdict.Passed)]
    [InlineData(596, 0.99, Verdict.Inconclusive)]
    [InlineData(580, 0.99, Verdict.Regressed)]
    public void A_floor_is_read_at_the_ends_of_the_interval(int good, double floor, Verdict expected)
    {
        var now = Fake.Measured(new string('1', good) + new string('0', 600 - good));
        var outcome = RunVerdicts.Decide(Fake.Ask(now with { Model = now.Model with { WeightsDigest = "other" } }, now, Fake.TwoPoints with { Floor = floor }));
        Assert.Equal(expected, outcome.Verdict);
        if (expected != Verdict.Passed) Assert.Equal(VerdictReason.Floor, outcome.Reason);
    }

    [Fact]
    public void A_limit_that_meets_the_floor_exactly_reaches_it_and_is_not_below_it()
    {
        var limits = At(0.9).Paired!.Floor!.Limits;
        Assert.Equal(Verdict.Passed, At(limits.Lower).Verdict);
        Assert.Equal(Verdict.Inconclusive, At(limits.Upper).Verdict);
        Assert.Equal(Verdict.Regressed, At(Math.BitIncrement(limits.Upper)).Verdict);

        static Decision At(double floor) => RunVerdicts.Decide(Fake.Ask(Fake.Table(590, 0, 0, 10), Fake.TwoPoints with { Floor = floor }));
    }

    [Fact]
    public void Exactly_as_much_is_scored_as_is_needed()
    {
        var reference = Fake.Measured(new string('?', 30) + new string('1', 570), "reference"); // 95 %
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Fake.Ask(Fake.Table(600, 0, 0, 0)) with { Anchor = reference }).Verdict);

        Measurement[] approved = [.. Enumerable.Range(0, 3).Select(k => Fake.Measured(new string('?', 30) + new string('1', 570), Invariant($"approved {k}")))];
        Measurement[] now = [.. Enumerable.Range(0, 3).Select(k => Fake.Measured(new string('1', 600), Invariant($"now {k}")))];
        var recipe = RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = approved, Now = now, Settings = new GateSettings { Margin = 0.05 } });
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin), (recipe.Verdict, recipe.Reason));
    }

    [Fact]
    public void A_recipe_that_got_better_says_so()
    {
        Measurement[] Trainings(string name, int bad) => [.. Enumerable.Range(0, 3).Select(k => Fake.Measured(new string('0', bad) + new string('1', 600 - bad), Invariant($"{name} {k}")))];
        var recipe = RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 100), Now = Trainings("now", 0), Settings = new GateSettings { Margin = 0.05 } });
        Assert.Equal((Verdict.Passed, VerdictReason.Improved), (recipe.Verdict, recipe.Reason));
    }

    [Fact]
    public void A_run_that_gates_nothing_does_not_pass() =>
        Assert.Contains("gates nothing does not pass", Assert.Throws<ArgumentException>(() => RunVerdicts.Decide([])).Message);

    [Fact]
    public void An_identical_model_below_its_floor_fails_all_the_same()
    {
        var now = Fake.Measured(new string('1', 500) + new string('0', 100));
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(Fake.Ask(now, now, Fake.TwoPoints with { Floor = 0.95 })).Verdict);
    }

    [Fact]
    public void An_anchor_of_another_benchmark_is_not_comparable()
    {
        var (approved, now) = Fake.Table(600, 0, 0, 0);
        var outcome = RunVerdicts.Decide(Fake.Ask(approved, now) with { Anchor = approved with { BenchmarkDigest = new string('c', 64) } });
        Assert.Equal(Verdict.NotComparable, outcome.Verdict);
        Assert.Contains("anchor: benchmark digest", outcome.Message);
    }
}
