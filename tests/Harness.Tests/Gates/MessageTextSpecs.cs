using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Texts;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>The whole message of every way in which a gate can decide (tests/Harness.Tests/Gates/Texts).</summary>
public sealed class MessageTextSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, SamplesPerPrompt = 2, Seed = 1 };
    private static readonly Measurement Sure = Fake.Measured(new string('1', 600), "reference");

    private static readonly Dictionary<string, Func<string>> Messages = new(StringComparer.Ordinal)
    {
        ["passed"] = () => Of(Fake.Ask(Fake.Table(596, 2, 1, 1))),
        ["passed-by-scores-of-people"] = () => Of(Fake.Ask(Reports.Sample.Overriding(Fake.Table(560, 30, 4, 6), 30))),
        ["passed-with-a-score-of-a-person"] = () => Of(Fake.Ask(Reports.Sample.Overriding(Fake.Table(597, 1, 1, 1), 1))),
        ["no-baseline-with-a-score-of-a-person"] = () => Of(Fake.Ask(null, Reports.Sample.Overriding(Fake.Table(10, 30, 0, 0), 3).Now)),
        ["another-scorer-than-that-of-a-person"] = () => Of(Fake.Ask(Reports.Sample.Overriding(Fake.Table(10, 3, 0, 0), 3).Now with { ScorerVersion = "0" }, Fake.Measured(new string('1', 13)))),
        ["passed-improved"] = () => Of(Fake.Ask(Fake.Table(560, 0, 40, 0))),
        ["passed-improved-without-command"] = () => Of(Fake.Ask(Fake.Table(560, 0, 40, 0)) with { ApproveCommand = null }),
        ["passed-identical"] = () => Of(Fake.Ask(Fake.Measured(new string('1', 40)), Fake.Measured(new string('1', 40)))),
        ["inconclusive"] = () => Of(Fake.Ask(Fake.Table(590, 8, 2, 0))),
        ["inconclusive-few-items"] = () => Of(Fake.Ask(Fake.Table(50, 0, 0, 0))),
        ["inconclusive-one-graded-item"] = () => Of(Fake.Ask(Graded(1, 0.5, "approved"), Graded(1, 0.5, "now"))),
        ["regressed"] = () => Of(Fake.Ask(Fake.Table(560, 30, 4, 6))),
        ["regressed-against-the-reference"] = () => Of(Fake.Ask(Fake.Table(560, 30, 4, 6)) with { Against = ComparisonKind.Reference, ApproveCommand = null }),
        ["regressed-in-two-categories"] = () => Of(Fake.Ask(Fake.Table(560, 40, 0, 0, i => i < 540 ? "steady" : i < 580 ? "first" : "second"), Fake.TwoPoints with { Margin = 0.1 })),
        ["regressed-over-refusal"] = () => Of(Fake.Ask(
            Fake.Measured(new string('1', 400), "a", MetricDirection.OverRefusal), Fake.Measured(new string('1', 360) + new string('0', 40), "b", MetricDirection.OverRefusal))),
        ["regressed-against-its-anchor"] = () => Of(Anchored(0, 60)),
        ["regressed-against-both"] = () => Of(Anchored(60, 60)),
        ["inconclusive-against-its-anchor"] = () => Of(Fake.Ask(Fake.Table(592, 0, 0, 8), new GateSettings { Margin = 0.05, AnchorMargin = 0.015 }) with { Anchor = Fake.Measured(new string('1', 597) + "000", "reference") }),
        ["regressed-below-its-floor"] = () => Of(Floored(500)),
        ["inconclusive-at-its-floor"] = () => Of(Floored(594)),
        ["passed-above-its-floor"] = () => Of(Floored(600)),
        ["low-coverage"] = () => Of(Fake.Ask(Fake.Measured(new string('1', 600), "approved"), Fake.Measured(new string('1', 560) + new string('?', 40)))),
        ["low-coverage-of-the-anchor"] = () => Of(Fake.Ask(Fake.Table(600, 0, 0, 0)) with { Anchor = Fake.Measured(new string('?', 60) + new string('1', 540), "reference") }),
        ["low-coverage-of-the-baseline-alone"] = () => Of(Fake.Ask(Fake.Measured(new string('?', 60) + new string('1', 540), "approved"), Fake.Measured(new string('1', 600))) with { Anchor = Sure }),
        ["low-coverage-against-the-reference"] = () => Of(Fake.Ask(Cut(Fake.Measured(new string('?', 60) + new string('1', 540), "reference"), 7), Cut(Fake.Measured(new string('1', 600)), 9)) with { Against = ComparisonKind.Reference, ApproveCommand = null }),
        ["another-reference"] = () => Of(Fake.Ask(Sure with { ScorerVersion = "0", Items = [.. Sure.Items.Select(item => item with { Suite = "a" })] }, Fake.Measured(new string('1', 600))) with { Against = ComparisonKind.Reference, ApprovedSettings = null, ApproveCommand = null }),
        ["low-coverage-of-the-first-approved"] = () => Of(Fake.Ask(Fake.Table(600, 0, 0, 0), Fake.TwoPoints with { Anchor = AnchorKind.FirstApproved }) with { Anchor = Fake.Measured(new string('?', 60) + new string('1', 540), "first") }),
        ["low-coverage-of-all"] = () => Of(Fake.Ask(Fake.Measured(new string('1', 600), "approved"), Fake.Measured(new string('?', 60) + new string('1', 540))) with { Anchor = Sure }),
        ["unscored-for-three-reasons"] = () => Of(Fake.Ask(Fake.Measured(new string('1', 600), "approved"), Unscored(Fake.Measured(new string('1', 600)), "truncated", "empty", "judge", "empty", "judge"))),
        ["as-many-lost-as-gained"] = () => Of(Fake.Ask(Fake.Table(592, 4, 4, 0))),
        ["inconclusive-after-the-last-look"] = () => Of(Fake.Ask(Fake.Table(590, 8, 2, 0), Fake.TwoPoints with { Looks = Looks.TwoPlanned })),
        ["no-drop-is-large-enough"] = () => Of(Fake.Ask(Fake.Table(0, 0, 2, 1))),
        ["graded-in-a-family-of-two"] = () => RunVerdicts.Decide([Fake.Ask(Graded(300, 0.9, "approved"), Graded(300, 0.89, "now")), Fake.Ask(Graded(300, 0.9, "approved"), Graded(300, 0.9, "now"))])[0].Message,
        ["unscored-on-both-sides"] = () => Of(Fake.Ask(Fake.Measured(new string('?', 3) + new string('1', 597), "approved"), Fake.Measured(new string('1', 590) + "0000??????"))),
        ["graded"] = () => Of(Fake.Ask(Graded(300, 0.9, "approved"), Graded(300, 0.7, "now"))),
        ["graded-in-categories"] = () => Of(Fake.Ask(InCategories(Graded(300, 0.9, "approved")), InCategories(Graded(300, 0.7, "now")), new GateSettings { Margin = 0.3 })),
        ["looked-at-any-time-in-categories"] = () => Of(Fake.Ask(InCategories(Fake.Measured(new string('1', 300), "approved")), InCategories(Fake.Measured(new string('0', 60) + new string('1', 240))), new GateSettings { Margin = 0.3, Looks = Looks.AnyTime })),
        ["floor-of-graded-values"] = () => Of(Fake.Ask(Graded(300, 0.9, "approved"), Graded(300, 0.9, "now"), new GateSettings { Margin = 0.3, Floor = 0.8 })),
        ["floor-looked-at-any-time"] = () => Of(Fake.Ask(Fake.Table(600, 0, 0, 0), new GateSettings { Margin = 0.05, Floor = 0.9, Looks = Looks.AnyTime })),
        ["two-graded-items"] = () => Of(Fake.Ask(Graded(2, 0.5, "approved"), Graded(2, 0.6, "now"))),
        ["looked-at-any-time"] = () => Of(Fake.Ask(Fake.Table(560, 40, 0, 0), Fake.TwoPoints with { Looks = Looks.AnyTime })),
        ["of-a-family-of-two-with-suites"] = () => RunVerdicts.Decide([InSuites(40), InSuites(0)])[0].Message,
        ["no-baseline"] = () => Of(Fake.Ask(null, Fake.Measured("11"))),
        ["no-reference"] = () => Of(Fake.Ask(null, Fake.Measured("11")) with { Against = ComparisonKind.Reference, ApproveCommand = null }),
        ["identity-differs"] = () => Of(Fake.Ask(Fake.Measured("11") with { Scorer = "other", ScorerVersion = "2", Benchmark = "pocket/direct" }, Fake.Measured("11"), Fake.TwoPoints) with { ApprovedSettings = Fake.TwoPoints with { Margin = 0.01, Alpha = 0.01, Floor = 0.9 } }),
        ["sampling-differs"] = () => Of(Fake.Ask(Fake.Measured("11") with { Sampling = AtOne with { TopK = 5, TopP = 0.9, MinP = 0.1, RepetitionPenalty = 1.1 } }, Fake.Measured("11") with { Sampling = AtOne with { SamplesPerPrompt = 1 } })),
        ["approved-damaged"] = () => Of(Fake.Ask(Fake.Measured("11") with { Items = [Fake.Item(0, 1), Fake.Item(0, 1)] }, Fake.Measured("11"))),
        ["anchor-damaged"] = () => Of(Fake.Ask(Fake.Table(20, 0, 0, 0)) with { Anchor = Fake.Measured(new string('1', 19), "reference") }),
        ["damaged"] = () => Of(Fake.Ask(Fake.Measured("11"), Fake.Measured("11") with { Items = [Fake.Item(0, 2), Fake.Item(0, 1) with { Scores = [] }] })),
        ["no-baseline-of-suites-beside-its-anchor-and-floor"] = () => Of(Fake.Ask(null, FirstInSuites, Fake.TwoPoints with { Floor = 0.8 }) with { Anchor = FirstInSuites with { Items = [.. FirstInSuites.Items.Select(item => item with { Scores = [1], UnscoredReasons = [] })], Model = Sure.Model } }),
        ["no-baseline-of-over-refusal"] = () => Of(Fake.Ask(null, Fake.Measured("11101", direction: MetricDirection.OverRefusal))),
        ["no-baseline-of-damaged-evidence"] = () => Of(Fake.Ask(null, Fake.Measured("11") with { Items = [Fake.Item(0, double.NaN), Fake.Item(1, 1)] })),
        ["regressed-against-the-first-approved-result"] = () => Of(Anchored(0, 60) is var claim ? claim with { ApprovedSettings = null, Settings = claim.Settings with { Anchor = AnchorKind.FirstApproved } } : null!),
        ["settings-damaged"] = () => Of(Fake.Ask(Fake.Measured("11"), Fake.Measured("11"), new GateSettings
        {
            Margin = 0, Alpha = 0.5, CategoryDropLimit = -0.1, MinimumCoverage = 0, AnchorMargin = 1, Floor = 1.1, Looks = (Looks)9, WhenInconclusive = (InconclusivePolicy)9,
        })),
        ["more-than-eight-problems"] = () => Of(Fake.Ask(Fake.Measured("11"), Fake.Measured(new string('1', 12)) with { Items = [.. Enumerable.Range(0, 12).Select(i => Fake.Item(i, -1))] })),

        ["recipe-passed"] = () => Recipe(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8)),
        ["recipe-identical"] = () => Recipe(Trainings("same", 8, 8, 9), Trainings("same", 8, 8, 9)),
        ["recipe-improved"] = () => Recipe(Trainings("approved", 160, 170, 160), Trainings("now", 8, 8, 9)),
        ["recipe-against-the-reference-in-a-family"] = () => Recipe([Sized("reference", 8)], Trainings("now", 40, 48, 40, 52), kind: ComparisonKind.Reference, family: 8),
        ["recipe-in-no-family"] = () => Recipe(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8), family: 0),
        ["recipe-of-other-settings"] = () => RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 8, 8, 9), Now = Trainings("now", 8, 9, 8), Settings = new GateSettings { Margin = 0.05 }, ApprovedSettings = new GateSettings { Margin = 0.02 } }).Message,
        ["recipe-that-is-looked-at-any-time-over-a-floor"] = () => RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 8, 8, 9), Now = Trainings("now", 8, 9, 8), Settings = new GateSettings { Margin = 0.05, Looks = Looks.AnyTime, Floor = 0.9 } }).Message,
        ["recipe-regressed-in-a-category"] = () => RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = [.. Trainings("approved", 8, 8, 9).Select(Categorized)], Now = [.. Trainings("now", 40, 40, 41).Select(Categorized)], Settings = new GateSettings { Margin = 0.15 } }).Message,
        ["recipe-at-its-first-look"] = () => RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 8, 8, 9), Now = [.. Trainings("now", 40, 60, 90).Select(FirstLook)], Settings = new GateSettings { Margin = 0.05, Looks = Looks.TwoPlanned } }).Message,
        ["recipe-with-a-baseline-too-few"] = () => Recipe(Trainings("approved", 8, 8), Trainings("now", 8, 9, 8)),
        ["recipe-trained-once"] = () => Recipe(Trainings("approved", 8, 8, 9), [Sized("now", 8), Sized("now", 8), Sized("other", 8)]),
        ["recipe-with-one-training-of-another-scorer"] = () => Recipe(Trainings("approved", 8, 8, 9), [.. Trainings("now", 8, 9), Sized("now 2", 8) with { ScorerVersion = "2" }]),
        ["recipe-with-ten-items-worse"] = () => Recipe(Trainings("approved", 8, 8, 8), Trainings("now", 18, 18, 18)),
        ["recipe-of-one-item"] = () => Recipe([.. Trainings("approved", 0, 0, 0).Select(m => m with { Items = [.. m.Items.Take(1)] })], [.. Trainings("now", 0, 0, 0).Select(m => m with { Items = [.. m.Items.Take(1)] })]),
        ["recipe-of-two-items"] = () => Recipe([.. Trainings("approved", 0, 0, 0).Select(m => m with { Items = [.. m.Items.Take(2)] })], [.. Trainings("now", 1, 1, 1).Select(m => m with { Items = [.. m.Items.Take(2)] })]),
        ["recipe-of-two-trainings-that-are-one"] = () => Recipe(Trainings("approved", 8, 8), [Sized("now", 8), Sized("now", 8)]),
        ["recipe-with-a-baseline-too-few-and-one-training-twice"] = () => Recipe(Trainings("approved", 8, 8), [Sized("now", 8), Sized("now", 8), Sized("other", 8)]),
        ["recipe-with-one-training-approved-before"] = () => Recipe(Trainings("now", 8, 8, 9), [Sized("now 0", 8), Sized("new 1", 8), Sized("new 2", 9)]),
        ["recipe-regressed"] = () => Recipe(Trainings("approved", 8, 8, 9), Trainings("now", 160, 170, 160)),
        ["recipe-inconclusive-against-the-reference"] = () => Recipe([Sized("reference", 8)], Trainings("now", 8, 40, 100), kind: ComparisonKind.Reference),
        ["recipe-of-few-items"] = () => Recipe(Trainings("approved", 1, 1, 1).Select(First).ToArray(), Trainings("now", 1, 1, 1).Select(First).ToArray()),
        ["recipe-low-coverage"] = () => Recipe(Trainings("approved", 8, 8, 9), [.. Trainings("now", 8, 8), Unscored(Sized("now 2", 8), 60)]),
        ["recipe-without-baseline"] = () => Recipe([], Trainings("now", 8, 8, 9)),
        ["recipe-of-another-scorer"] = () => Recipe([.. Trainings("approved", 8, 8, 9).Select(m => m with { ScorerVersion = "0" })], Trainings("now", 8, 8, 9)),
        ["recipe-of-two-trainings"] = () => Recipe(Trainings("approved", 8, 8), Trainings("now", 8, 8)),
        ["recipe-of-none"] = () => Recipe([], []),

        ["recipe-beside-its-anchor"] = () => RecipeAnchored(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8), Sized("reference", 8)),
        ["recipe-regressed-against-its-anchor"] = () => RecipeAnchored(Trainings("approved", 100, 101, 102), Trainings("now", 100, 102, 101), Sized("reference", 8)),
        ["recipe-inconclusive-against-its-anchor"] = () => RecipeAnchored(Trainings("approved", 12, 13, 14), Trainings("now", 12, 14, 13), Sized("reference", 8), anchorMargin: 0.015),
        ["recipe-regressed-against-both"] = () => RecipeAnchored(Trainings("approved", 8, 8, 9), Trainings("now", 160, 170, 160), Sized("reference", 8)),
        ["recipe-low-coverage-of-its-anchor"] = () => RecipeAnchored(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8), Unscored(Sized("reference", 8), 60)),
        ["recipe-anchored-to-another-scorer"] = () => RecipeAnchored(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8), Sized("reference", 8) with { ScorerVersion = "0" }),
        ["recipe-anchored-to-fewer-items"] = () => RecipeAnchored(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8), First(Sized("reference", 8))),
        ["recipe-with-a-baseline-that-cannot-be-trusted"] = () => Text(Recipes(Trainings("approved", 8, 8, 9), Trainings("now", 8, 9, 8)) with { BaselineProblem = "a.verified.json is not the file that was approved." }),
        ["baseline-that-cannot-be-trusted"] = () => Of(Fake.Ask(Fake.Table(20, 0, 0, 0)) with { BaselineProblem = "a.verified.json is not the file that was approved." }),

        ["floor-kept"] = () => Text(Floor(new string('1', 600))),
        ["floor-not-shown"] = () => Text(Floor(new string('1', 594) + new string('0', 3) + "???")),
        ["floor-below"] = () => Text(Floor(new string('1', 500) + new string('0', 100)) with { Because = "a floor is a promise", Alpha = 0.025 }),
        ["floor-that-is-none"] = () => Text(Floor("11") with { Floor = 1.5, Alpha = 0.5 }),
        ["floor-of-two-samples"] = () => Text(new FloorClaim { Now = Graded(3, 0.5, "now"), Floor = 0.9 }),
        ["floor-of-nothing"] = () => Text(Floor("")),

        ["kl-within"] = () => Text(Kl(0, 0.02) with { Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1) }),
        ["kl-above"] = () => Text(Kl(0.1, 0.12) with { ApproveCommand = "./gate approve x", Because = "drift costs safety", Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1) }),
        ["kl-not-shown"] = () => Text(Kl(0, 0.02) with { Budget = KlBudget.AtMost(0.012, "what the pilot spent", 1) }),
        ["kl-beside-the-approved"] = () => Text(Kl(0, 0.02) with { ApprovedMean = 0.011, Budget = KlBudget.ApprovedPlus(0.01, 1) }),
        ["kl-not-approved"] = () => Text(Kl(0, 0.02) with { ApproveCommand = "./gate approve x", Budget = KlBudget.ApprovedPlus(0.01, 1) }),
        ["kl-not-comparable"] = () => Text(Kl(0, 0.02) with { ApprovedMean = 0.01, BaselineProblem = "the prompts differ", Budget = KlBudget.ApprovedPlus(0.01, 1) }),
        ["kl-not-comparable-with-command"] = () => Text(Kl(0, 0.02) with { ApprovedMean = 0.01, BaselineProblem = "the prompts differ", ApproveCommand = "./gate approve x", Budget = KlBudget.ApprovedPlus(0.01, 1) }),
        ["kl-that-certifies-a-drop"] = () => Text(Kl(0, 0.02) with { Budget = KlBudget.CertifyingDrop(0.05) }),
        ["kl-that-cannot-certify-so-much"] = () => Text(Kl(0, 0.02) with { Reference = KlFake.Reference(new string('1', 20) + new string('0', 580)), Budget = KlBudget.CertifyingDrop(0.5) }),
        ["kl-of-over-refusal"] = () => Text(Kl(0, 0.02) with { Reference = KlFake.Reference(new string('1', 600)) with { Direction = MetricDirection.OverRefusal }, Budget = KlBudget.CertifyingDrop(0.05) }),
        ["kl-of-graded-safety"] = () => Text(Kl(0, 0.02) with { Reference = KlFake.Reference(new string('1', 600)) is var graded ? graded with { Items = [graded.Items[0] with { Scores = [0.5] }, .. graded.Items.Skip(1)] } : null!, Budget = KlBudget.CertifyingDrop(0.05) }),
        ["untuned"] = () => Text(Kl(0, 0) with { SameWeights = true, Because = "drift costs safety" }),
        ["kl-of-the-same-weights"] = () => Text(Kl(0, 0) with { SameWeights = true, AllowUntuned = true, Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1) }),
        ["kl-not-applicable"] = () => Text(Kl(0, 0.02) with { Kl = KlMeasurement.NotApplicable(AtOne with { Temperature = 0 }, 40, "answers were greedy"), Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1) }),
        ["kl-without-a-bound"] = () => Text(Kl(0, 0.02) with { Budget = KlBudget.AtMost(0.03, "what the pilot spent") }),
        ["kl-beyond-its-bound"] = () => Text(Kl(0, 0.02) with { Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i == 7 ? 1.5 : i % 2 * 0.02)), Budget = KlBudget.AtMost(0.03, "what the pilot spent", 1) }),
        ["kl-without-a-bound-that-no-number-of-prompts-shows"] = () => Text(Kl(0, 0.02) with { Budget = KlBudget.AtMost(0.0098, "what the pilot spent") }),
        ["kl-twice-beyond-its-bound"] = () => Text(Kl(0, 0.02) with { Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i == 7 ? 1.5 : i == 9 ? 0.75 : i % 2 * 0.02)), Budget = KlBudget.AtMost(0.03, "what the pilot spent", 0.5) }),
        ["kl-of-the-same-weights-that-certifies-a-drop"] = () => Text(Kl(0, 0) with { SameWeights = true, AllowUntuned = true, Budget = KlBudget.CertifyingDrop(0.05) }),
        ["kl-between-a-model-and-itself"] = () => Text(Kl(0, 0.02) with { AllowUntuned = true, Kl = KlMeasurement.Of(KlFake.Samples([0.01, 0.02]), AtOne, KlFake.Subject(["item-0000", "item-0001"]) with { PolicyWeights = "weights of reference" }) }),
        ["kl-of-other-prompts"] = () => Text(Kl(0, 0.02) with { Kl = KlFake.Kl(Enumerable.Range(0, 300).Select(i => i % 2 * 0.02)), Budget = KlBudget.CertifyingDrop(0.05) }),
        ["certificate-of-other-sampling"] = () => Text(Certificate(Kl(0, 0.02) with { Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i % 2 * 0.02), KlFake.AtOne with { Temperature = 0.7 }) }, required: true)),
        ["certificate"] = () => Text(Certificate(Kl(0, 0.02), required: true)),
        ["certificate-of-over-refusal"] = () => Text(Certificate(Kl(0, 0.02) with { Reference = KlFake.Reference(new string('1', 600)) with { Direction = MetricDirection.OverRefusal } }, required: true)),
        ["certificate-vacuous"] = () => Text(Certificate(Kl(0.3, 0.5) with { Because = "a release must be certified" }, required: true)),
        ["certificate-that-no-number-of-prompts-reaches"] = () => Text(Certificate(Kl(0, 0.02), required: true) with { Floor = 1 }),
        ["certificate-vacuous-with-a-tail"] = () => Text(Certificate(Kl(0, 0.02) with { Reference = KlFake.Reference(new string('1', 590) + new string('0', 10)), Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i < 3 ? 1.5 : i % 2 * 0.02)) }, required: true) with { Floor = 0.94 }),
        ["certificate-of-nothing"] = () => Text(Certificate(Kl(0, 0) with { SameWeights = true, Reference = KlFake.Reference("") }, required: true) with { AllowUntuned = true }),
        ["certificate-not-applicable"] = () => Text(Certificate(Kl(0, 0.02) with { Kl = KlMeasurement.NotApplicable(AtOne with { Temperature = 0 }, 40, "answers were greedy") }, required: false)),
        ["certificate-of-the-same-weights"] = () => Text(Certificate(Kl(0, 0) with { SameWeights = true }, required: true) with { AllowUntuned = true }),

        ["objective-kept"] = () => Objective(0.1, 0.3, 1),
        ["objective-kept-and-certified"] = () => Objective(0.05, 0.07, 0.1),
        ["objective-lowered"] = () => Objective(0.1, 0.3, 3),
        ["objective-not-shown"] = () => Objective(0.1, 0.3, 1.9),
        ["objective-kept-over-behaviors"] = () => Text(new ObjectiveClaim { On = "sums", Objective = ObjectiveMeasurement.Of(0.1, AtOne, [.. Prompts(0.1, 0.3, 1).Select((prompt, i) => prompt with { Behavior = Invariant($"b{i % 200}") })]) }),
        ["objective-not-applicable"] = () => Text(new ObjectiveClaim { On = "x", Objective = ObjectiveMeasurement.Of(0, AtOne, Prompts(0.1, 0.3, 1)) }),
    };

    public static TheoryData<string> Names() => [.. Messages.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_word_is_the_one_that_was_read_and_approved(string name) => ApprovedText.Verify("Gates/Texts", name, Messages[name]());

    private static string Of(PairedClaim claim) => Text(claim);

    private static string Text(Claim claim) => RunVerdicts.Decide(claim).Message;

    private static FloorClaim Floor(string outcomes) => new() { Now = Fake.Measured(outcomes), Floor = 0.99 };

    private static string RecipeAnchored(Measurement[] approved, Measurement[] now, Measurement anchor, double anchorMargin = 0.05)
    {
        var claim = Recipes(approved, now);
        return Text(claim with { Anchor = anchor, Settings = claim.Settings with { AnchorMargin = anchorMargin } });
    }

    private static CertificateClaim Certificate(BudgetClaim of, bool required) =>
        new() { On = of.On, Kl = of.Kl, Reference = of.Reference, SameWeights = of.SameWeights, Because = of.Because, Floor = 0.9, Required = required };

    /// <summary>Lost items against the baseline and against the anchor, of 600.</summary>
    private static PairedClaim Anchored(int lost, int lostFromAnchor)
    {
        var now = Fake.Measured(new string('1', 600 - lostFromAnchor) + new string('0', lostFromAnchor));
        var approved = Fake.Measured(new string('1', 600 - lostFromAnchor + lost) + new string('0', lostFromAnchor - lost), "approved");
        return Fake.Ask(approved, now) with { Anchor = Sure };
    }

    private static PairedClaim Floored(int good)
    {
        string outcomes = new string('1', good) + new string('0', 600 - good);
        return Fake.Ask(Fake.Measured(outcomes, "approved"), Fake.Measured(outcomes), Fake.TwoPoints with { Floor = 0.99 });
    }

    /// <summary>60 items of two suites of unequal size and of none; of the last three one is bad and two are unscored.</summary>
    private static Measurement FirstInSuites => Fake.Measured(new string('1', 57) + "0??") is var measured
        ? measured with { Items = [.. measured.Items.Select((item, i) => item with { Suite = i == 0 ? null : i % 3 == 0 ? "direct" : "story" })] } : null!;

    private static Measurement Graded(int items, double score, string model) =>
        Fake.Measured(new string('1', items), model) with { Items = [.. Enumerable.Range(0, items).Select(i => Fake.Item(i, i % 10 == 0 ? score / 2 : score))] };

    private static PairedClaim InSuites(int lost)
    {
        var (approved, now) = Fake.Table(600 - lost, lost, 0, 0);
        Measurement Suites(Measurement m) => m with { Items = [.. m.Items.Select((item, i) => item with { Suite = i % 3 == 0 ? "direct" : "story" })] };
        return Fake.Ask(Suites(approved), Suites(now));
    }

    private static Measurement Cut(Measurement m, int first) => m with { Items = [.. m.Items.Select((item, i) => item with { Cut = i < first ? 1 : 0 })] };

    private static Measurement InCategories(Measurement m) => m with { Items = [.. m.Items.Select((item, i) => item with { Category = i < 60 ? "early" : i % 2 == 0 ? "later" : null })] };

    private static Measurement Sized(string name, int bad) => Fake.Measured(new string('0', bad) + new string('1', 800 - bad), name);

    private static Measurement First(Measurement whole) => whole with { Items = [.. whole.Items.Take(30)] };

    private static Measurement Categorized(Measurement whole) => whole with { Items = [.. whole.Items.Select((item, i) => item with { Category = i < 100 ? "fraud" : "other" })] };

    private static Measurement FirstLook(Measurement whole) => ItemBudget.InOrder(whole.Items, i => i.Id, i => i.Behavior, whole.BenchmarkDigest).Take(400).SelectMany(ids => ids).ToHashSet() is var drawn
        ? whole with { Items = [.. whole.Items.Where(i => drawn.Contains(i.Id))] } : whole;

    private static Measurement Unscored(Measurement whole, int last) => whole with { Items = [.. whole.Items.SkipLast(last), .. whole.Items.TakeLast(last).Select(i => i with { Scores = [null], UnscoredReasons = ["truncated"] })] };

    private static Measurement Unscored(Measurement whole, params string[] reasons) => whole with
    {
        Items = [.. whole.Items.Select((item, i) => i < reasons.Length ? item with { Scores = [null], UnscoredReasons = [reasons[i]] } : item)],
    };

    private static Measurement[] Trainings(string name, params int[] bad) => [.. bad.Select((b, k) => Sized(Invariant($"{name} {k}"), b))];

    private static string Recipe(Measurement[] approved, Measurement[] now, ComparisonKind kind = ComparisonKind.Baseline, int family = 1) => Text(Recipes(approved, now, kind, family));

    private static TrainingsClaim Recipes(Measurement[] approved, Measurement[] now, ComparisonKind kind = ComparisonKind.Baseline, int family = 1) => new()
    {
        Against = kind, Family = family, Approved = approved, Now = now, Settings = new GateSettings { Margin = 0.05, Because = "the recipe is what ships" }, ApproveCommand = kind == ComparisonKind.Baseline ? "./gate approve x" : null,
    };

    private static BudgetClaim Kl(double one, double other) => new()
    {
        Budget = KlBudget.AtMost(0.02, "what the pilot spent", 1),
        On = "direct, temperature 1",
        Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? one : other)),
        Reference = KlFake.Reference(new string('1', 600)),
    };

    private static IReadOnlyList<ObjectivePrompt> Prompts(double one, double other, double kl) =>
        [.. Enumerable.Range(0, 400).Select(i => new ObjectivePrompt(Invariant($"p{i}"), 0.5 + (i % 2 == 0 ? one : other), 0.5, kl))];

    private static string Objective(double one, double other, double kl) => Text(new ObjectiveClaim { On = "sums", Objective = ObjectiveMeasurement.Of(0.1, AtOne, Prompts(one, other, kl)), Because = "the reward must be worth its drift" });
}
