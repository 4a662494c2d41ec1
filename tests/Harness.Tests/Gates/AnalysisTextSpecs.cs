using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Strata;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>The whole message of every way in which a claim about strata or labels can be decided (tests/Harness.Tests/Gates/Texts).</summary>
public sealed class AnalysisTextSpecs
{
    private static readonly Dictionary<string, Func<Decision>> Decisions = new(StringComparer.Ordinal)
    {
        ["recovery-shown"] = () => Recovery(0.3, 0.8, 0.8),
        ["recovery-of-a-part"] = () => Recovery(0.3, 0.55, 0.8),
        ["recovery-of-nothing"] = () => Recovery(0.3, 0.3, 0.8),
        ["recovery-not-shown"] = () => Recovery(0.3, 0.65, 0.8),
        ["recovery-without-a-gap"] = () => Recovery(0.5, 0.5, 0.52),
        ["recovery-of-two-seeds"] = () => Recovery(0.3, 0.8, 0.8, seeds: 2),
        ["recovery-of-what-is-no-share"] = () => RunVerdicts.Decide(new RecoveryClaim { Strata = FakeStrata.Result(0.3, 0.8, 0.8), AtLeast = 1.5, Alpha = 0.5 }),
        ["recovery-of-exactly-nothing"] = () => RunVerdicts.Decide(new RecoveryClaim { Strata = Steady(0, 0, 20), AtLeast = 0.7 }),
        ["recovery-over-a-gap-of-exactly-0"] = () => RunVerdicts.Decide(new RecoveryClaim { Strata = Steady(20, 20, 20), AtLeast = 0.7 }),
        ["recovery-of-exactly-all-by-three-seeds"] = () => RunVerdicts.Decide(new RecoveryClaim { Strata = Steady(0, 20, 20), AtLeast = 1 }),
        ["strata-of-which-two-fell"] = () => Strata(40, 40),
        ["strata-kept"] = () => Strata(0, 0),
        ["strata-with-a-hard-one-that-fell"] = () => Strata(0, 40),
        ["strata-not-shown"] = () => Strata(2, 5),
        ["strata-without-hardness"] = () => RunVerdicts.Decide(StrataClaim(0, 0) with { Hardness = new Dictionary<string, double>() }),
        ["strata-of-one-hardness"] = () => RunVerdicts.Decide(StrataClaim(0, 0) with { Hardness = Enumerable.Range(0, 600).ToDictionary(i => Invariant($"item-{i:0000}"), _ => 3.0) }),
        ["strata-with-an-empty-one"] = () => RunVerdicts.Decide(StrataClaim(0, 0) with { Strata = new() { Thresholds = new(2, 9) } }),
        ["labels-sound"] = () => Labels(never: 2, found: 0, sound: 4, of: 400),
        ["labels-that-nothing-speaks-against"] = () => Labels(never: 0, found: 0, sound: 0, of: 400),
        ["labels-of-which-eight-are-suspected"] = () => Labels(never: 8, found: 0, sound: 0, of: 400),
        ["labels-suspected"] = () => Labels(never: 30, found: 10, sound: 0, of: 400),
        ["labels-not-shown"] = () => Labels(never: 18, found: 0, sound: 0, of: 400),
        ["labels-of-what-is-no-share"] = () => RunVerdicts.Decide(new LabelClaim { Dynamics = Dynamics(1, 0, 0, 40), AtMost = 1 }),
    };

    public static TheoryData<string> Names() => [.. Decisions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_word_is_the_one_that_was_read_and_approved(string name) => ApprovedText.Verify("Gates/Texts", name, Decisions[name]().Message);

    [Theory]
    [InlineData("recovery-shown", Verdict.Passed, VerdictReason.GapRecovered, 0)]
    [InlineData("recovery-of-a-part", Verdict.Regressed, VerdictReason.GapPartlyRecovered, 1)]
    [InlineData("recovery-of-nothing", Verdict.Regressed, VerdictReason.GapNotRecovered, 1)]
    [InlineData("recovery-not-shown", Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2)]
    [InlineData("recovery-without-a-gap", Verdict.Inconclusive, VerdictReason.NoGap, 2)]
    [InlineData("recovery-of-two-seeds", Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2)]
    [InlineData("recovery-of-exactly-nothing", Verdict.Regressed, VerdictReason.GapNotRecovered, 1)]
    [InlineData("recovery-over-a-gap-of-exactly-0", Verdict.Inconclusive, VerdictReason.NoGap, 2)]
    [InlineData("recovery-of-exactly-all-by-three-seeds", Verdict.Passed, VerdictReason.GapRecovered, 0)]
    [InlineData("strata-of-which-two-fell", Verdict.Regressed, VerdictReason.Drop, 1)]
    [InlineData("recovery-of-what-is-no-share", Verdict.NotComparable, VerdictReason.BadEvidence, 3)]
    [InlineData("strata-kept", Verdict.Passed, VerdictReason.WithinMargin, 0)]
    [InlineData("strata-with-a-hard-one-that-fell", Verdict.Regressed, VerdictReason.Drop, 1)]
    [InlineData("strata-not-shown", Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2)]
    [InlineData("strata-without-hardness", Verdict.NotComparable, VerdictReason.BadEvidence, 3)]
    [InlineData("strata-with-an-empty-one", Verdict.NotComparable, VerdictReason.BadEvidence, 3)]
    [InlineData("labels-sound", Verdict.Passed, VerdictReason.LabelsSound, 0)]
    [InlineData("labels-suspected", Verdict.Regressed, VerdictReason.LabelsSuspected, 1)]
    [InlineData("labels-not-shown", Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2)]
    [InlineData("labels-of-what-is-no-share", Verdict.NotComparable, VerdictReason.BadEvidence, 3)]
    public void Each_case_is_decided_for_its_reason_and_has_its_exit_code(string name, Verdict verdict, VerdictReason reason, int exitCode)
    {
        var decision = Decisions[name]();
        Assert.Equal((verdict, reason, exitCode), (decision.Verdict, decision.Reason, decision.ExitCode));
    }

    [Fact]
    public void A_pool_that_holds_hides_a_hard_stratum_that_fell()
    {
        var claim = StrataClaim(0, 40); // 40 of 600: 6.7 points of all items, 20 of the hard ones
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(claim.Pooled with { Settings = new GateSettings { Margin = 0.1 } }).Verdict);
        Assert.Equal(Verdict.Regressed, RunVerdicts.Decide(claim with { Pooled = claim.Pooled with { Settings = new GateSettings { Margin = 0.1 } } }).Verdict);
    }

    [Theory]
    [InlineData("The hardness of item 'item-0003' is NaN", double.NaN, 2, 4)]
    [InlineData("The hardness of item 'item-0003' is Infinity", double.PositiveInfinity, 2, 4)]
    [InlineData("Easy ends at NaN and hard begins at 4", 3, double.NaN, 4)]
    [InlineData("Easy ends at 4 and hard begins at 2; both must be finite, in this order", 3, 4, 2)]
    public void Strata_that_are_none_are_refused(string says, double hardness, double easy, double hard)
    {
        var claim = StrataClaim(0, 0) with { Strata = new() { Thresholds = new(easy, hard) } };
        Refused(says, claim with { Hardness = claim.Hardness.ToDictionary(pair => pair.Key, pair => pair.Key == "item-0003" ? hardness : pair.Value) });
    }

    [Fact]
    public void Strata_of_missing_unscored_or_other_results_never_pass()
    {
        var claim = StrataClaim(0, 0);
        var pooled = claim.Pooled;
        Refused("Strata end at the shares 0.9 and 0.1", claim with { Strata = new() { Easy = 0.9, Hard = 0.1 } });
        Refused("Strata end at the shares NaN", claim with { Strata = new() { Easy = double.NaN } });
        Refused("The approved result has 200 items, the present one 190", claim with { Pooled = pooled with { Now = pooled.Now with { Items = [.. pooled.Now.Items.Take(590)] } } });
        Refused("has the score NaN", claim with { Pooled = pooled with { Now = pooled.Now with { Items = [.. pooled.Now.Items.Take(599), Fake.Item(599, double.NaN)] } } });
        Refused("benchmark digest", claim with { Pooled = pooled with { Approved = pooled.Approved! with { BenchmarkDigest = new string('x', 64) } } });
        Refused("weights are the reference's", claim with { Pooled = pooled with { Approved = pooled.Now } });
        Assert.NotEqual(Verdict.Passed, RunVerdicts.Decide(claim with { Pooled = pooled with { Approved = null } }).Verdict);
        Assert.NotEqual(Verdict.Passed, RunVerdicts.Decide(claim with { Pooled = pooled with { Now = pooled.Now with { Items = [] } } }).Verdict);
        var unscored = RunVerdicts.Decide(claim with { Pooled = pooled with { Now = pooled.Now with { Items = [.. pooled.Now.Items.Select((item, i) => i < 560 ? item : Fake.Item(i, null))] } } });
        Assert.NotEqual(Verdict.Passed, unscored.Verdict); // 40 hard answers that nobody could score
    }

    [Fact]
    public void Recovery_and_labels_of_damaged_results_never_pass()
    {
        var strata = FakeStrata.Result(0.3, 0.8, 0.8);
        RecoveryClaim recovery = new() { Strata = strata, AtLeast = 0.7 };
        Refused("not in [0, 1]", recovery with { Strata = strata with { Arms = [.. strata.Arms.SkipLast(1), strata.Arms[^1] with { Scores = [double.NaN, .. strata.Arms[^1].Scores.Skip(1)] }] } });
        Refused("there is no arm trained on hard items", recovery with { Strata = strata with { Arms = [.. strata.Arms.Where(arm => arm.TrainedOn != TrainedOn.Hard)] } });
        Refused("has 399 scores and there are 400 items", recovery with { Strata = strata with { Arms = [strata.Arms[0] with { Scores = [.. strata.Arms[0].Scores.Skip(1)] }, .. strata.Arms.Skip(1)] } });
        Refused("there are no test items", recovery with { Strata = strata with { Items = [], Arms = [.. strata.Arms.Select(arm => arm with { Scores = [] })] } });
        Refused("no test item is hard", recovery with { Strata = strata with { Hardness = strata.Hardness with { HardAtLeast = 9 } } });
        Refused("The share that must be recovered is NaN", recovery with { AtLeast = double.NaN });
        Refused("The share that must be recovered is 0;", recovery with { AtLeast = 0 });
        LabelClaim labels = new() { Dynamics = Dynamics(0, 0, 0, 400), AtMost = 0.05 };
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(labels).Verdict);
        Refused("has a probability outside [0, 1]", labels with { Dynamics = labels.Dynamics with { Items = [labels.Dynamics.Items[0] with { P = [double.NaN, 0.9] }, .. labels.Dynamics.Items.Skip(1)] } });
        Refused("there are no items", labels with { Dynamics = labels.Dynamics with { Items = [] } });
        Refused("has no epoch", labels with { Dynamics = labels.Dynamics with { Items = [labels.Dynamics.Items[0] with { P = [] }, .. labels.Dynamics.Items.Skip(1)] } });
        Refused("no item was right", labels with { Dynamics = Dynamics(300, 0, 0, 300) });
        Refused("The share that is allowed is NaN", labels with { AtMost = double.NaN });
    }

    [Fact]
    public void A_share_of_labels_at_a_limit_is_judged_as_the_limit_says()
    {
        var dynamics = Dynamics(8, 0, 0, 400);
        var limits = new Proportion(8, 400).ClopperPearson(0.9);
        Verdict At(double share) => RunVerdicts.Decide(new LabelClaim { Dynamics = dynamics, AtMost = share }).Verdict;
        Assert.Equal((Verdict.Passed, Verdict.Inconclusive), (At(limits.Upper), At(Math.BitDecrement(limits.Upper))));
        Assert.Equal((Verdict.Inconclusive, Verdict.Regressed), (At(limits.Lower), At(Math.BitDecrement(limits.Lower))));
        Assert.Equal(Verdict.Regressed, At(0)); // none is a share that may be asked for
    }

    [Fact]
    public void A_recovered_share_at_its_upper_limit_is_not_ruled_out()
    {
        var claim = new RecoveryClaim { Strata = Steady(0, 10, 20), AtLeast = 0.9 };
        var upper = Assert.IsType<RecoveryEvidence>(RunVerdicts.Decide(claim).Evidence).Table.RecoveredLimits.Upper;
        Assert.InRange(upper, 0.5, 0.9);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence), RunVerdicts.Decide(claim with { AtLeast = upper }) is var at ? (at.Verdict, at.Reason) : default);
        Assert.Equal((Verdict.Regressed, VerdictReason.GapPartlyRecovered), RunVerdicts.Decide(claim with { AtLeast = Math.BitIncrement(upper) }) is var above ? (above.Verdict, above.Reason) : default);
    }

    [Theory]
    [InlineData(0), InlineData(0.5), InlineData(-0.01), InlineData(double.NaN)]
    public void A_level_out_of_range_is_named(double alpha)
    {
        string[] problem = [Invariant($"Alpha is {alpha}; it must lie between 0 and 0.5.")];
        Assert.Equal(problem, RunVerdicts.Decide(new LabelClaim { Dynamics = Dynamics(8, 0, 0, 400), AtMost = 0.05, Alpha = alpha }).Problems);
        Assert.Equal(problem, RunVerdicts.Decide(new RecoveryClaim { Strata = Steady(0, 20, 20), AtLeast = 0.7, Alpha = alpha }).Problems);
    }

    [Fact]
    public void What_is_not_known_of_the_trainings_is_not_said()
    {
        string On(int examples, int steps) => RunVerdicts.Decide(new RecoveryClaim { Strata = Steady(0, 20, 20) is var steady ? steady with { Training = steady.Training with { Examples = examples, Steps = steps } } : null!, AtLeast = 0.7 }).Message;
        Assert.Contains(", 3 trainings an arm; 64 examples and 200 steps each\n", On(64, 200), StringComparison.Ordinal);
        Assert.Contains(", 3 trainings an arm; 64 examples each\n", On(64, 0), StringComparison.Ordinal);
        Assert.Contains(", 3 trainings an arm\n", On(0, 200), StringComparison.Ordinal);
    }

    [Fact]
    public void Strata_have_no_exact_p_although_the_pool_asks_for_one()
    {
        var claim = StrataClaim(0, 2);
        var decision = RunVerdicts.Decide(claim with { Pooled = claim.Pooled with { Settings = claim.Pooled.Settings with { ExactUnconditional = true } } });
        Assert.All(Assert.IsType<StratumEvidence>(decision.Evidence).Strata, stratum => Assert.Null(stratum.Decision.Paired!.ExactUnconditionalP));
    }

    private static void Refused(string says, Claim claim)
    {
        var decision = RunVerdicts.Decide(claim);
        Assert.Equal((Verdict.NotComparable, 3), (decision.Verdict, decision.ExitCode));
        Assert.Contains(says, decision.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recovery-shown"), InlineData("strata-kept"), InlineData("labels-sound")]
    public void Every_term_of_a_rule_is_the_one_that_was_read_and_approved(string name) =>
        ApprovedText.Verify("Gates/Texts", "rule-of-" + name, RuleTextSpecs.Text(Decisions[name]().Claim.Rule));

    [Fact]
    public void A_rule_with_another_share_cut_or_benchmark_is_another_rule()
    {
        var claim = new RecoveryClaim { Strata = FakeStrata.Result(0.3, 0.8, 0.8), AtLeast = 0.7 };
        Assert.Equal(claim.Rule, (claim with { Strata = FakeStrata.Result(0.2, 0.6, 0.8) }).Rule);
        Assert.NotEqual(claim.Rule, (claim with { AtLeast = 0.6 }).Rule);
        Assert.NotEqual(claim.Rule, (claim with { Strata = claim.Strata with { SmallestGap = 0.1 } }).Rule);
        Assert.NotEqual(claim.Rule, (claim with { Strata = claim.Strata with { Hardness = claim.Strata.Hardness with { HardAtLeast = 3 } } }).Rule);
        Assert.True(RuleLoosening.Of(ClaimKind.EasyDataRecovers, "at least", "0.7", "0.6"));
        Assert.False(RuleLoosening.Of(ClaimKind.EasyDataRecovers, "at least", "0.7", "0.8"));
        Assert.True(RuleLoosening.Of(ClaimKind.LabelsSound, "at most", "0.02", "0.05"));
    }

    private static Decision Recovery(double untrained, double easy, double hard, int seeds = 5) =>
        RunVerdicts.Decide(new RecoveryClaim { Strata = FakeStrata.Result(untrained, easy, hard, seeds), AtLeast = 0.7, Because = "easy items are what we can afford to label" });

    /// <summary>20 easy items, all right, and 20 hard ones of which the first so many are right after each training, whatever its seed.</summary>
    private static StrataResult Steady(int untrained, int easy, int hard)
    {
        var result = FakeStrata.Result(0, 0, 0, seeds: 3);
        int Right(TrainedOn trained) => trained switch { TrainedOn.None => untrained, TrainedOn.Easy => easy, _ => hard };
        return result with
        {
            Items = [.. result.Items.Take(40)],
            Arms = [.. result.Arms.Select(arm => arm with { Scores = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 || i / 2 < Right(arm.TrainedOn) ? 1.0 : 0)] })],
        };
    }

    private static Decision Strata(int easyLost, int hardLost) => RunVerdicts.Decide(StrataClaim(easyLost, hardLost));

    // Items 0–199 are easy, 200–399 medium, 400–599 hard; the lost ones are the first of their stratum.
    private static StratumClaim StrataClaim(int easyLost, int hardLost)
    {
        var now = string.Concat(Enumerable.Range(0, 600).Select(i => i < easyLost || (i >= 400 && i < 400 + hardLost) ? '0' : '1'));
        return new()
        {
            Pooled = new() { Against = ComparisonKind.Reference, Approved = Fake.Measured(new string('1', 600), "reference"), Now = Fake.Measured(now), Settings = new GateSettings { Margin = 0.05, Because = "hard items must survive tuning" } },
            Strata = new() { Thresholds = new(2, 4) },
            Hardness = Enumerable.Range(0, 600).ToDictionary(i => Invariant($"item-{i:0000}"), i => 2.0 + (i / 200)),
        };
    }

    private static Decision Labels(int never, int found, int sound, int of) =>
        RunVerdicts.Decide(new LabelClaim { Dynamics = Dynamics(never, found, sound, of), AtMost = 0.05, Because = "wrong answers teach wrong rules" });

    private static DynamicsResult Dynamics(int never, int found, int sound, int of) => new()
    {
        Data = "sums.train",
        RecordDigest = new string('d', 64),
        Recorder = "a run",
        Measure = "answer",
        Items = [.. Enumerable.Range(0, of).Select(i => new TracedItem
        {
            Id = Invariant($"train-{i}"),
            P = i < never + found + sound ? [0.1, 0.2 + (0.001 * i)] : [0.6, 0.9],
            Triage = i < never ? Triage.None : i < never + found ? Triage.Wrong : i < never + found + sound ? Triage.Sound : Triage.None,
        })],
    };
}
