using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>A claim about a recipe at the edges of what decides it, and whose words it then has.</summary>
public sealed class TrainingsClaimSpecs
{
    private static readonly TrainingsClaim Good = new() { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 4, 4, 5), Now = Trainings("now", 4, 5, 4), Settings = new GateSettings { Margin = 0.1 } };

    /// <summary>400 items of which the first so many are bad.</summary>
    private static Measurement Training(string name, int bad) => Fake.Measured(new string('0', bad) + new string('1', 400 - bad), name);

    private static Measurement[] Trainings(string name, params int[] bad) => [.. bad.Select((count, k) => Training(Invariant($"{name} {k}"), count))];

    private static Measurement Unscored(Measurement whole, int last) => whole with { Items = [.. whole.Items.Select((item, i) => i < 400 - last ? item : Fake.Item(i, null))] };

    private static TrainingsEvidence Evidence(Claim claim) => Assert.IsType<TrainingsEvidence>(RunVerdicts.Decide(claim).Evidence);

    private static readonly TrainingsClaim Untuned = Good with { Against = ComparisonKind.Reference, Approved = [Training("reference", 4)], Now = [.. Good.Now, Training("reference", 4)] };

    [Fact]
    public void A_training_that_changed_no_weights_is_named_wherever_it_stands()
    {
        const string same = "the tuned model's weights are the reference's: both have the digest weights of reference";
        var refused = RunVerdicts.Decide(Untuned);
        Assert.Equal(VerdictReason.Untuned, refused.Reason);
        Assert.Equal([same], refused.Problems);
        Assert.Equal([same], RunVerdicts.Decide(Untuned with { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 4, 4, 5, 4), Anchor = Untuned.Approved[0] }).Problems);
        Assert.Equal(["it was not trained"], RunVerdicts.Decide(Untuned with { Untuned = "it was not trained" }).Problems);
        Assert.NotEqual(VerdictReason.Untuned, RunVerdicts.Decide(Untuned with { AllowUntuned = true }).Reason);
        Assert.NotEqual(VerdictReason.Untuned, RunVerdicts.Decide(Untuned with { Now = Trainings("now", 4, 5, 4, 4) }).Reason);
    }

    [Fact]
    public void Without_a_reference_there_is_none_to_compare_with() =>
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline), RunVerdicts.Decide(Untuned with { Approved = [] }) is var none ? (none.Verdict, none.Reason) : default);

    [Fact]
    public void Damage_is_told_of_the_training_that_has_it_with_a_baseline_or_without()
    {
        var broken = Good with { Now = [Good.Now[0], Good.Now[1] with { Items = [Fake.Item(0, 2), .. Good.Now[1].Items.Skip(1)] }, Good.Now[2]] };
        var first = RunVerdicts.Decide(broken with { Approved = [] });
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence), (first.Verdict, first.Reason));
        Assert.Equal(["Item 'item-0000' of the present training-2 result has the score 2; a score lies in [0, 1]."], first.Problems);
        Assert.Equal(VerdictReason.NoBaseline, RunVerdicts.Decide(Good with { Approved = [] }).Reason);
        var fewer = RunVerdicts.Decide(Good with { Now = [Good.Now[0], Good.Now[1], Good.Now[2] with { Items = [.. Good.Now[2].Items.Skip(1)] }] });
        Assert.Contains("The present training-3 result has 399 items, the present training-1 one 400.", fewer.Problems);
    }

    [Fact]
    public void A_lower_limit_at_the_margin_does_not_rule_it_out()
    {
        var lower = Evidence(Good).Limits.Lower;
        Verdict At(double margin) => RunVerdicts.Decide(Good with { Settings = Good.Settings with { Margin = margin } }).Verdict;
        Assert.Equal((Verdict.Inconclusive, Verdict.Passed), (At(-lower), At(Math.BitIncrement(-lower))));
    }

    [Theory]
    [InlineData(20, VerdictReason.WithinMargin)] // .95 scored
    [InlineData(21, VerdictReason.LowCoverage)]
    public void An_anchor_of_which_95_percent_are_scored_is_covered(int unscored, VerdictReason reason) =>
        Assert.Equal(reason, RunVerdicts.Decide(Good with { Anchor = Unscored(Training("reference", 4), unscored), Settings = Good.Settings with { AnchorMargin = 0.3 } }).Reason);

    [Fact]
    public void The_comparison_that_decides_is_shown_first_and_the_other_beside_it()
    {
        string Text(TrainingsClaim claim) => RunVerdicts.Decide(claim with { Settings = claim.Settings with { AnchorMargin = 0.3 } }).Message;
        var beside = Text(Good with { Anchor = Unscored(Training("reference", 4), 10) }); // less covered, and not for that
        Assert.Contains("\n  anchor    the untuned reference: ", beside, StringComparison.Ordinal);
        Assert.DoesNotContain("\n  approved  ", beside, StringComparison.Ordinal);
        var alike = Text(Good with { Now = [.. Good.Now.Select(now => Unscored(now, 40))], Anchor = Training("reference", 4) }); // too little covered, both
        Assert.Contains("only 90 % of the items are scored", alike, StringComparison.Ordinal);
        Assert.Contains("\n  anchor    the untuned reference: ", alike, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_that_stands_twice_in_an_approved_training_is_named_and_nothing_else()
    {
        var twice = Good.Approved[1] with { Items = [Good.Approved[1].Items[1], .. Good.Approved[1].Items.Skip(1)] };
        Assert.Equal(["The approved result has two items with id 'item-0001'."], RunVerdicts.Decide(Good with { Approved = [Good.Approved[0], twice, Good.Approved[2]] }).Problems);
        Assert.Equal(["anchor: The approved result has two items with id 'item-0001'."], RunVerdicts.Decide(Good with { Anchor = twice }).Problems);
    }

    [Fact]
    public void As_many_trainings_are_the_anchor_as_there_are_now()
    {
        var first = Good with { FirstApproved = Trainings("first", 4, 4), Settings = Good.Settings with { Anchor = AnchorKind.FirstApproved } };
        Assert.Equal(["there are 2 first approved measurements as the anchor; 3 are needed beside 3 trainings."], RunVerdicts.Decide(first).Problems);
        var decision = RunVerdicts.Decide(first with { FirstApproved = Trainings("first", 4, 4, 4), Settings = first.Settings with { AnchorMargin = 0.2 } });
        Assert.Equal(Verdict.Passed, decision.Verdict);
        Assert.Contains("\n  anchor    the first approved result: ", decision.Message, StringComparison.Ordinal);
    }

    // 25 of 100 items of each of two categories are lost in every training, in the third none.
    private static TrainingsClaim InCategories(Func<Measurement, Measurement> with)
    {
        Measurement Sorted(Measurement m, bool isLost) => with(m with { Items = [.. m.Items.Select((item, i) => Fake.Item(i, isLost && i < 200 && i % 4 == 0 ? 0 : 1, i < 100 ? "fraud" : i < 200 ? "theft" : "other"))] });
        return Good with { Approved = [.. Good.Approved.Select(m => Sorted(m, false))], Now = [.. Good.Now.Select(m => Sorted(m, true))], Settings = new GateSettings { Margin = 0.5, CategoryDropLimit = 0.25 } };
    }

    [Fact]
    public void A_category_that_fell_by_the_limit_holds_and_those_that_fell_by_more_are_named()
    {
        var claim = InCategories(m => m);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(claim).Verdict);
        var decision = RunVerdicts.Decide(claim with { Settings = claim.Settings with { CategoryDropLimit = 0.249 } });
        Assert.Equal(VerdictReason.CategoryDrop, decision.Reason);
        Assert.StartsWith("pocket/adversarial, greedy regressed for the recipe in fraud, theft, while the mean alone would not have shown it, against the approved baseline.\n", decision.Message, StringComparison.Ordinal);
        Assert.All(Evidence(claim).Categories, category => Assert.Null(category.Behaviors));
    }

    [Fact]
    public void A_category_whose_items_share_behaviors_counts_them() =>
        Assert.Equal([("fraud", 100, 50), ("other", 200, 100), ("theft", 100, 50)],
            Evidence(InCategories(m => m with { Items = [.. m.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 2}") })] })).Categories.Select(category => (category.Category, category.Items, category.Behaviors!.Value)));

    [Fact]
    public void Damaged_trainings_without_a_baseline_have_no_rates()
    {
        var first = Good with { Approved = [] };
        Assert.Contains("\n  rates     0.99, 0.9875, 0.99 of the trainings on 400 items, which would be the baseline\n", RunVerdicts.Decide(first).Message, StringComparison.Ordinal);
        var damaged = Good.Now[1] with { Items = [Fake.Item(0, double.NaN), .. Good.Now[1].Items.Skip(1)] };
        Assert.DoesNotContain("\n  rates ", RunVerdicts.Decide(first with { Now = [Good.Now[0], damaged, Good.Now[2]] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_last_of_two_looks_there_are_no_further_items()
    {
        var decision = RunVerdicts.Decide(Good with { Now = Trainings("now", 20, 30, 45), Settings = Good.Settings with { Margin = 0.05, Looks = Looks.TwoPlanned } });
        Assert.Equal(Verdict.Inconclusive, decision.Verdict);
        Assert.EndsWith("next      train more seeds when the trainings differ, evaluate more items when they do not", decision.Message, StringComparison.Ordinal);
    }

    // Rates of .99, .9875 and .99 on either side: each mean has the variance .0025²·(2/3)/2/3, Welch's degrees of freedom are 4, and t(4) is
    // 2.776445 at .975 (a table's), for half of α = .05 lies beyond each end.
    [Fact]
    public void The_seeds_widen_the_limits_by_welchs_t_at_half_of_alpha() =>
        Assert.Equal(2.776445 * Math.Sqrt(2 * 0.0025 * 0.0025 * 2 / 3 / 2 / 3), Evidence(Good).SeedHalfWidth, 1e-8);

    // Bonferroni's part of α for each claim of a family, for a drop alone: passing needs no correction.
    [Fact]
    public void A_drop_of_one_claim_among_several_is_judged_at_its_part_of_alpha()
    {
        var (alone, third) = (Evidence(Good), Evidence(Good with { Family = 3 }));
        var strict = Evidence(Good with { Settings = Good.Settings with { Alpha = Good.Settings.Alpha / 3 } });
        Assert.Equal(strict.Limits.Upper, third.UpperForADrop, 12);
        Assert.Equal(alone.Limits, third.Limits);
        Assert.True(third.UpperForADrop > alone.UpperForADrop);
    }

    // Of three categories one fell a little: where its own p is below α and three times that is not, it does not fail.
    [Fact]
    public void A_category_of_a_recipe_fails_by_its_p_after_holm()
    {
        Measurement Sorted(Measurement m, int lost) => m with { Items = [.. m.Items.Select((item, i) => Fake.Item(i, i < lost ? 0 : 1, i < 100 ? "fraud" : i < 200 ? "theft" : "other"))] };
        TrainingsClaim Of(int lost) => Good with { Approved = [.. Good.Approved.Select(m => Sorted(m, 0))], Now = [.. Good.Now.Select(m => Sorted(m, lost))], Settings = new GateSettings { Margin = 0.5, CategoryDropLimit = 0.01 } };
        var fraud = Enumerable.Range(2, 24).Select(lost => Evidence(Of(lost)).Categories.Single(category => category.Category == "fraud")).ToList();
        var between = fraud.Where(category => category.DropP <= 0.05 && 3 * category.DropP > 0.05).ToList();
        Assert.NotEmpty(between);
        Assert.All(between, category => Assert.Equal((Math.Min(1, 3 * category.DropP), false), (category.AdjustedDropP, category.Fails)));
        Assert.Contains(fraud, category => category.Fails);
    }

    // Differences of 0 and −1 have the standard error .5. Rates of 1 and .5 have a variance of their mean of 1/16, their items' (0, 0, −.5, −.5) 1/48.
    [Fact]
    public void Two_units_and_two_trainings_have_a_spread()
    {
        static TrainingsSample Of(string approved, params string[] now) =>
            TrainingsSample.Of([.. now.Select(one => PairedComparison.Of(Fake.Measured(approved), Fake.Measured(one)).UnitsInOrder)], 1);
        Assert.Equal(0.5, Of("11", "10", "10", "10").StandardError, 1e-12);
        Assert.Equal(Math.Sqrt((1 / 16.0) + (1 / 48.0)), Of("1111", "1111", "1100").StandardError, 1e-12);
        Assert.Equal(0, Of("1", "1", "1", "1").StandardError);
    }
}
