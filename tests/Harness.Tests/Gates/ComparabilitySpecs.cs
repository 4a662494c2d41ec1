using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class ComparabilitySpecs
{
    private static readonly Measurement Then = Fake.Measured(new string('1', 600), "approved");
    private static readonly Measurement Now = Fake.Measured(new string('1', 600));

    private static readonly Dictionary<string, Func<Measurement, Measurement>> Changes = new()
    {
        ["metric"] = m => m with { Metric = "another" },
        ["benchmark"] = m => m with { Benchmark = "another" },
        ["benchmark digest"] = m => m with { BenchmarkDigest = new string('c', 64) },
        ["direction"] = m => m with { Direction = MetricDirection.Capability },
        ["scorer"] = m => m with { Scorer = "another" },
        ["scorer version"] = m => m with { ScorerVersion = "2" },
        ["chat template digest"] = m => m with { Model = m.Model with { TemplateDigest = "another" } },
        ["suite of item 'item-0000'"] = m => m with { Items = [m.Items[0] with { Suite = "x" }, .. m.Items.Skip(1)] },
        ["category of item 'item-0001'"] = m => m with { Items = [m.Items[0], m.Items[1] with { Category = "x" }, .. m.Items.Skip(2)] },
        ["sampling MaxNewTokens"] = m => m with { Sampling = m.Sampling with { MaxNewTokens = 25 } },
        ["sampling Temperature"] = m => m with { Sampling = m.Sampling with { Temperature = 1 } },
        ["sampling TopK"] = m => m with { Sampling = m.Sampling with { TopK = 5 } },
        ["sampling TopP"] = m => m with { Sampling = m.Sampling with { TopP = 0.5 } },
        ["sampling MinP"] = m => m with { Sampling = m.Sampling with { MinP = 0.5 } },
        ["sampling RepetitionPenalty"] = m => m with { Sampling = m.Sampling with { RepetitionPenalty = 1.1 } },
        ["sampling SamplesPerPrompt"] = m => m with { Sampling = m.Sampling with { SamplesPerPrompt = 2 } },
    };

    private static readonly Dictionary<string, Func<GateSettings, GateSettings>> Rules = new()
    {
        ["margin (τ)"] = s => s with { Margin = 0.03 },
        ["alpha (α)"] = s => s with { Alpha = 0.10 },
        ["policy for Inconclusive"] = s => s with { WhenInconclusive = InconclusivePolicy.Warn },
        ["category drop limit"] = s => s with { CategoryDropLimit = 0.2 },
        ["minimum coverage"] = s => s with { MinimumCoverage = 0.5 },
        ["anchor margin"] = s => s with { AnchorMargin = 0.2 },
        ["looks"] = s => s with { Looks = Looks.TwoPlanned },
        ["floor"] = s => s with { Floor = 0.5 },
    };

    public static IEnumerable<TheoryDataRow<string>> Fields() => Changes.Keys.Select(k => new TheoryDataRow<string>(k));

    public static IEnumerable<TheoryDataRow<string>> Settings() => Rules.Keys.Select(k => new TheoryDataRow<string>(k));

    [Theory, MemberData(nameof(Fields))]
    public void A_field_of_the_identity_that_differs_is_named_and_fails(string field) => Refused(Fake.Ask(Then, Changes[field](Now)), VerdictReason.IdentityDiffers, field + ": '");

    [Theory, MemberData(nameof(Settings))]
    public void A_setting_that_was_not_approved_again_is_named_and_fails(string field) =>
        Refused(Fake.Ask(Then, Now) with { Settings = Rules[field](Fake.TwoPoints) }, VerdictReason.IdentityDiffers, field + ": '");

    [Theory]
    [InlineData(AnchorKind.UntunedReference, "the untuned reference")]
    [InlineData(AnchorKind.FirstApproved, "the first approved result")]
    public void The_rule_names_its_anchor(AnchorKind kind, string name) =>
        Assert.Equal(name, Assert.Single(Comparability.Rule(Fake.TwoPoints with { Anchor = kind }, MetricDirection.Safety), field => field.Field == "anchor").Value);

    [Theory]
    [InlineData(ComparisonKind.Baseline, ClaimKind.NotRegressedFromBaseline)]
    [InlineData(ComparisonKind.Reference, ClaimKind.NotDegradedFromReference)]
    public void A_claim_is_of_the_kind_of_its_control(ComparisonKind against, ClaimKind kind) => Assert.Equal(kind, (Fake.Ask(Then, Now) with { Against = against }).Kind);

    [Fact]
    public void Other_counts_behind_the_scorer_are_named() =>
        Assert.Equal(["scorer validation: '8 of 10 positives, 9 of 11 negatives' when approved, '7 of 10 positives, 9 of 11 negatives' now"],
            Comparability.Differences(Then with { Validation = new(8, 10, 9, 11) }, Now with { Validation = new(7, 10, 9, 11) }));

    [Fact]
    public void A_label_that_was_none_or_is_none_now_is_called_so()
    {
        Assert.Equal(["suite of item 'item-0000': 'none' when approved, 'x' now"], Comparability.Differences(Then, Changes["suite of item 'item-0000'"](Now)));
        Assert.Equal(["suite of item 'item-0000': 'x' when approved, 'none' now"], Comparability.Differences(Changes["suite of item 'item-0000'"](Then), Now));
    }

    private const string Weights = "the tuned model's weights are the reference's: both have the digest weights of tuned";

    [Fact]
    public void A_model_that_is_its_reference_is_judged_only_where_the_claim_or_its_rule_allows_it()
    {
        var claim = Fake.Ask(Now, Now) with { Against = ComparisonKind.Reference };
        Assert.Equal([Weights], RunVerdicts.Decide(claim).Problems);
        Assert.Equal(VerdictReason.Identical, RunVerdicts.Decide(claim with { AllowUntuned = true }).Reason);
        Assert.Equal(VerdictReason.Identical, RunVerdicts.Decide(claim with { Settings = claim.Settings with { AllowUntuned = true }, ApprovedSettings = null }).Reason);
        var unknown = Now with { Model = Now.Model with { WeightsDigest = "" } };
        Assert.Equal(VerdictReason.WithinMargin, RunVerdicts.Decide(Fake.Ask(unknown, unknown) with { Against = ComparisonKind.Reference }).Reason); // no digests are no equal ones
    }

    [Fact]
    public void The_anchor_is_a_reference_only_if_it_is_the_untuned_one()
    {
        var claim = Fake.Ask(Then, Now) with { Anchor = Now, ApprovedSettings = null };
        Assert.Equal([Weights], RunVerdicts.Decide(claim).Problems);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(claim with { Anchor = Then }).Verdict);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(claim with { Settings = claim.Settings with { Anchor = AnchorKind.FirstApproved } }).Verdict);
    }

    [Fact]
    public void A_damaged_rule_holds_no_rate_against_its_floor()
    {
        var claim = Fake.Ask(null, Now, Fake.TwoPoints with { Floor = 0.9 });
        Assert.Equal(Verdict.Passed, PairedRule.FloorAlone(claim)!.Verdict);
        Assert.Null(PairedRule.FloorAlone(claim with { Settings = claim.Settings with { Margin = double.NaN } }));
    }

    [Fact]
    public void The_words_of_the_author_and_the_seed_are_free()
    {
        var outcome = RunVerdicts.Decide(Fake.Ask(Then, Now with { Sampling = Now.Sampling with { Seed = 99 } }) with { Settings = Fake.TwoPoints with { Because = "other words" } });
        Assert.Equal(Verdict.Passed, outcome.Verdict);
    }

    [Fact]
    public void Equal_responses_of_another_draw_are_tested_and_not_called_identical()
    {
        var few = Fake.Measured(new string('1', 20));
        Assert.Equal((Verdict.Passed, VerdictReason.Identical), Against(few));
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence), Against(few with { Sampling = few.Sampling with { Seed = 99 } }));

        (Verdict, VerdictReason) Against(Measurement approved) => RunVerdicts.Decide(Fake.Ask(approved, few)) is var decision ? (decision.Verdict, decision.Reason) : default;
    }

    [Fact]
    public void A_policy_that_is_spelled_out_equals_the_same_one_by_default() =>
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Fake.Ask(Then, Now) with { Settings = Fake.TwoPoints with { WhenInconclusive = InconclusivePolicy.Fail } }).Verdict);

    [Fact]
    public void A_first_run_has_no_baseline_and_fails_with_the_command_that_approves() => Refused(Fake.Ask(null, Now), VerdictReason.NoBaseline, "./gate approve \"Specs.Holds\"");

    private static readonly Dictionary<string, (Func<Measurement, Measurement> Change, string Says)> Damages = new()
    {
        ["NaN"] = (m => m with { Items = [Fake.Item(0, double.NaN), .. m.Items.Skip(1)] }, "the score NaN"),
        ["above one"] = (m => m with { Items = [Fake.Item(0, 1.5), .. m.Items.Skip(1)] }, "the score 1.5"),
        ["infinite"] = (m => m with { Items = [Fake.Item(0, double.PositiveInfinity), .. m.Items.Skip(1)] }, "the score"),
        ["empty"] = (m => m with { Items = [] }, "no items"),
        ["one missing"] = (m => m with { Items = [.. m.Items.Skip(1)] }, "599"),
        ["duplicate"] = (m => m with { Items = [m.Items[1], .. m.Items.Skip(1)] }, "two items with id 'item-0001'"),
        ["reordered"] = (m => m with { Items = [m.Items[1], m.Items[0], .. m.Items.Skip(2)] }, "same order"),
        ["another id"] = (m => m with { Items = [Fake.Item(999, 1), .. m.Items.Skip(1)] }, "item-0999"),
        ["no samples"] = (m => m with { Items = [m.Items[0] with { Scores = [], ResponseDigests = [] }, .. m.Items.Skip(1)] }, "samples"),
        ["two samples of one"] = (m => m with { Items = [m.Items[0] with { Scores = [1, 1] }, .. m.Items.Skip(1)] }, "samples"),
    };

    public static IEnumerable<TheoryDataRow<string>> DamageNames() => Damages.Keys.Select(k => new TheoryDataRow<string>(k));

    [Theory, MemberData(nameof(DamageNames))]
    public void Damaged_evidence_never_passes_on_either_side(string name)
    {
        Refused(Fake.Ask(Then, Damages[name].Change(Now)), VerdictReason.BadEvidence, Damages[name].Says);
        Refused(Fake.Ask(Damages[name].Change(Then), Now), VerdictReason.BadEvidence, Damages[name].Says);
    }

    [Theory]
    [InlineData(double.NaN), InlineData(0), InlineData(1), InlineData(-0.02)]
    public void A_margin_that_is_none_never_passes(double margin) =>
        Refused(Fake.Ask(Then, Now, new GateSettings { Margin = margin }), VerdictReason.BadEvidence, "Margin is");

    private static void Refused(PairedClaim question, VerdictReason reason, string says)
    {
        var outcome = RunVerdicts.Decide(question);
        Assert.Equal((Verdict.NotComparable, reason, true, GateExitCode.NotComparable), (outcome.Verdict, outcome.Reason, outcome.Fails, outcome.ExitCode));
        Assert.Contains(says, outcome.Message);
    }
}
