using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class FamilySpecs
{
    // 5 lost of 5 discordant pairs: p = 1/32 = .03125. Twice that is above .05.
    private static readonly PairedClaim SmallDrop = Fake.Ask(Fake.Table(95, 5, 0, 0));
    private static readonly PairedClaim Steady = Fake.Ask(Fake.Table(600, 0, 0, 0));

    [Fact]
    public void Holm_takes_the_metrics_of_the_run_together()
    {
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide([SmallDrop])[0].Verdict);
        var both = RunVerdicts.Decide([SmallDrop, Steady]);
        Assert.Equal([Verdict.Inconclusive, Verdict.Passed], both.Select(o => o.Verdict));
        Assert.Equal(2 / 32.0, both[0].Paired!.AdjustedDropP);
        Assert.Contains("after Holm over 2 comparisons", both[0].Message);
    }

    [Fact]
    public void A_metric_that_was_not_evaluated_keeps_its_place()
    {
        var alone = RunVerdicts.Decide([SmallDrop], declared: 2)[0];
        Assert.Equal((Verdict.Inconclusive, 2), (alone.Verdict, alone.Paired!.Family));
    }

    [Fact]
    public void Passing_needs_no_correction()
    {
        var outcomes = RunVerdicts.Decide([Steady, Steady, Steady, Steady], declared: 50);
        Assert.All(outcomes, o => Assert.Equal(Verdict.Passed, o.Verdict));
    }

    [Fact]
    public void A_question_that_cannot_be_asked_does_not_disturb_the_others()
    {
        var outcomes = RunVerdicts.Decide([Fake.Ask(null, Steady.Now), SmallDrop]);
        Assert.Equal([Verdict.NotComparable, Verdict.Regressed], outcomes.Select(o => o.Verdict));
    }

    [Fact]
    public void A_run_that_gates_nothing_does_not_pass() => Assert.Throws<ArgumentException>(() => RunVerdicts.Decide([]));

    [Fact]
    public void Regressed_beats_not_comparable_beats_inconclusive_in_the_exit_code()
    {
        var (regressed, missing, unsure, fine) = (SmallDrop, Fake.Ask(null, Steady.Now), Fake.Ask(Fake.Table(50, 0, 0, 0)), Steady);
        Assert.Equal(1, Code(missing, unsure, fine, Fake.Ask(Fake.Table(500, 100, 0, 0))));
        Assert.Equal(3, Code(unsure, missing, fine));
        Assert.Equal(2, Code(unsure, fine));
        Assert.Equal(0, Code(fine, fine));
        Assert.Equal(1, Code(regressed));

        static int Code(params PairedClaim[] questions) => RunVerdicts.ExitCode(RunVerdicts.Decide(questions));
    }
}
