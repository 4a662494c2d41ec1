using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>People's scores under a verdict: how many there are, which are shown, and what the verdict would be by the scorer alone.</summary>
public sealed class OverriddenScoresSpecs
{
    /// <summary>The measurement with other scores of Ada's for the items from one on.</summary>
    private static Measurement By(Measurement scored, int from, int count, double score) => scored with
    {
        Items = [.. scored.Items.Select((item, i) => i >= from && i < from + count ? ScoreOverrides.With(item, 0, score, "Ada", "read it") : item)],
    };

    private static OverriddenScores? Of(Claim claim) => OverriddenScores.Of(RunVerdicts.Decide(claim));

    [Theory]
    [InlineData(5, "")]
    [InlineData(6, "; and 1 more")]
    [InlineData(39, "; and 34 more")]
    [InlineData(45, "; and 40 more")] // of which 40 are kept
    public void Five_are_shown_of_either_side_and_the_others_counted(int count, string more)
    {
        var (approved, now) = Fake.Table(500, 0, 0, 100);
        var present = Of(Fake.Ask(approved, By(now, 500, count, 0.5)))!;
        Assert.StartsWith(Invariant($"{count} of 600 scores now are a person's (the rate is 0.8333 by the scorer alone): item-0500 0 → 0.5 by Ada (read it); "), present.Words, StringComparison.Ordinal);
        Assert.EndsWith("item-0504 0 → 0.5 by Ada (read it)" + more, present.Words, StringComparison.Ordinal);
        var before = Of(Fake.Ask(By(approved, 500, count, 0.5), now))!;
        Assert.StartsWith(Invariant($"0 of 600 scores now are a person's, {count} of those compared with: item-0500 0 → 0.5 by Ada (read it); "), before.Words, StringComparison.Ordinal);
        Assert.EndsWith(Invariant($"item-0504 0 → 0.5 by Ada (read it){more}; each holds for the response and the version of the scorer that it was given for"), before.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_that_the_scorer_could_not_give_is_called_unscored()
    {
        var overridden = By(Fake.Measured("1?1"), 1, 1, 1);
        Assert.Equal("1 of 3 scores now is a person's (the rate is 0.6667 by the scorer alone): item-0001 unscored → 1 by Ada (read it)", Of(Fake.Ask(null, overridden))!.Words);
    }

    [Fact]
    public void As_many_now_as_before_are_there_too()
    {
        var (approved, now) = Fake.Table(600, 0, 0, 0);
        var scores = Of(Fake.Ask(By(approved, 0, 1, 0), By(now, 1, 1, 0)))!;
        Assert.Equal((1, 1), (scores.Now, scores.Before));
        Assert.Null(Of(Fake.Ask(approved, now)));
    }

    // By the scorer 5 of 100 are lost: McNemar 1/32. With one of them found good it is 1/16.
    [Fact]
    public void One_score_that_changes_a_verdict_is_said_at_once()
    {
        var (approved, now) = Fake.Table(95, 5, 0, 0);
        Assert.Equal(" This rests on 1 score that a person put in the place of the scorer's: by the scorer alone it would be Regressed.", Of(Fake.Ask(approved, By(now, 95, 1, 1)))!.Warning);
        Assert.Equal(" This rests on 3 scores that a person put in the place of the scorer's: by the scorer alone it would be Regressed.", Of(Fake.Ask(By(approved, 97, 1, 0), By(now, 95, 2, 1)))!.Warning);
        Assert.Equal("", Of(Fake.Ask(approved, By(now, 0, 1, 0)))!.Warning); // 6 lost are Regressed as 5 are
    }

    // By the scorer 2 items are gained, by a person 4: the lower limit is above 0.
    [Fact]
    public void A_gain_that_the_scorer_does_not_see_is_said_too()
    {
        var (approved, now) = Fake.Table(590, 0, 2, 8);
        var decision = RunVerdicts.Decide(Fake.Ask(approved, By(now, 592, 2, 1)));
        Assert.Equal((Verdict.Passed, VerdictReason.Improved), (decision.Verdict, decision.Reason));
        Assert.Equal("Passed and not improved", OverriddenScores.Of(decision)!.Otherwise);
    }

    // Alone the claim is Regressed by either's scores (6 or 5 lost of 100); beside another one Holm's p of 5 lost is 1/16.
    [Fact]
    public void A_verdict_that_the_family_changes_is_not_put_down_to_a_person()
    {
        var (approved, now) = Fake.Table(94, 6, 0, 0);
        var claim = Fake.Ask(approved, By(now, 94, 1, 1));
        var decision = RunVerdicts.Decide([claim, Fake.Ask(Fake.Table(100, 0, 0, 0))])[0];
        Assert.Equal((Verdict.Inconclusive, Verdict.Regressed), (decision.Verdict, RunVerdicts.Decide(claim).Verdict));
        Assert.Equal((1, null), (OverriddenScores.Of(decision)!.Now, OverriddenScores.Of(decision)!.Otherwise));
    }

    [Fact]
    public void Of_a_recipe_all_trainings_are_counted_and_their_mean_is_the_rate()
    {
        Measurement Training(int bad) => Fake.Measured(new string('0', bad) + new string('1', 100 - bad), Invariant($"{bad} bad"));
        var claim = new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = [Training(1), Training(3), Training(5)], Now = [By(Training(2), 0, 1, 1), Training(4), Training(9)], Settings = new GateSettings { Margin = 0.05 } };
        var scores = Of(claim)!;
        Assert.Equal((1, 300, 0), (scores.Now, scores.Scores, scores.Before));
        Assert.Equal(2.85 / 3, scores.RateByScorer!.Value, 1e-12);
        var damaged = claim.Now[2] with { Items = [claim.Now[2].Items[0] with { Scores = [double.NaN] }, .. claim.Now[2].Items.Skip(1)] };
        Assert.Null(Of(claim with { Now = [claim.Now[0], claim.Now[1], damaged] })!.RateByScorer);
        var none = Of(claim with { Now = [], Approved = [By(Training(1), 0, 1, 1), Training(3), Training(5)] })!;
        Assert.Equal((0, 0, 1, null), (none.Now, none.Scores, none.Before, none.RateByScorer));
    }
}
