using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>A question whose evidence has been checked and paired; waits for the p values of the whole run.</summary>
internal sealed class PreparedQuestion
{
    private readonly GateQuestion _question;
    private readonly (VerdictReason Reason, IReadOnlyList<string> Problems)? _refusal;
    private readonly RuleQuestion? _main, _anchor;

    private PreparedQuestion(GateQuestion question, (VerdictReason, IReadOnlyList<string>)? refusal, RuleQuestion? main, RuleQuestion? anchor) =>
        (_question, _refusal, _main, _anchor) = (question, refusal, main, anchor);

    public IEnumerable<RuleQuestion> Comparisons => new[] { _main, _anchor }.OfType<RuleQuestion>();

    public static PreparedQuestion Of(GateQuestion question)
    {
        if (Refusal(question) is { } refusal) return new(question, refusal, null, null);
        var main = new RuleQuestion(Counterpart(question.Approved!, question), question.Now, question.Settings.Margin, question.Settings);
        var anchor = question.Anchor is { } a ? new RuleQuestion(Counterpart(a, question), question.Now, question.Settings.AnchorMargin, question.Settings) : null;
        return new(question, null, main, anchor);
    }

    public GateOutcome Decide(Func<RuleQuestion, (double Adjusted, int Family)> holm)
    {
        if (_refusal is { } refusal) return Refused(refusal.Reason, refusal.Problems);
        var settings = _question.Settings;
        var main = Ask(_main!, holm);
        var anchor = _anchor is null ? null : Ask(_anchor, holm);
        var categories = CategoryGuard.Look(main.Comparison, settings);
        var floor = FloorOf(main.Comparison);
        var (verdict, reason) = Combine(main, anchor, categories, floor);
        var outcome = new GateOutcome
        {
            Question = _question,
            Verdict = verdict,
            Reason = reason,
            Fails = Fails(verdict, reason),
            Message = "",
            Paired = main,
            Anchor = anchor,
            Categories = categories,
            Floor = floor,
        };
        return outcome with { Message = VerdictMessage.Of(outcome) };
    }

    private static RuleResult Ask(RuleQuestion question, Func<RuleQuestion, (double Adjusted, int Family)> holm)
    {
        var (adjusted, family) = holm(question);
        return question.Decide(adjusted, family);
    }

    private (Verdict, VerdictReason) Combine(RuleResult main, RuleResult? anchor, IReadOnlyList<CategoryFinding> categories, FloorFinding? floor)
    {
        var settings = _question.Settings;
        var low = main.Comparison.Coverage < settings.MinimumCoverage || anchor?.Comparison.Coverage < settings.MinimumCoverage;
        if (low) return (Verdict.Inconclusive, VerdictReason.LowCoverage);
        var identical = Comparability.SameModelAndOptions(_question.Approved!, _question.Now) && Comparability.SameOutcomes(_question.Approved!, _question.Now);
        if (!identical && main.Verdict == Verdict.Regressed) return (Verdict.Regressed, VerdictReason.Drop);
        if (categories.Any(c => c.Fails)) return (Verdict.Regressed, VerdictReason.CategoryDrop);
        if (anchor is { Verdict: Verdict.Regressed }) return (Verdict.Regressed, VerdictReason.Anchor);
        if (floor is { Verdict: Verdict.Regressed }) return (Verdict.Regressed, VerdictReason.Floor);
        if (!identical && main.Verdict != Verdict.Passed) return (Verdict.Inconclusive, VerdictReason.TooLittleEvidence);
        if (anchor is { Verdict: not Verdict.Passed }) return (Verdict.Inconclusive, VerdictReason.Anchor);
        if (floor is { Verdict: not Verdict.Passed }) return (Verdict.Inconclusive, VerdictReason.Floor);
        if (identical) return (Verdict.Passed, VerdictReason.Identical);
        return (Verdict.Passed, main.Limits.Lower > 0 ? VerdictReason.Improved : VerdictReason.WithinMargin);
    }

    private FloorFinding? FloorOf(PairedComparison comparison)
    {
        if (_question.Settings.Floor is not { } floor) return null;
        var alpha = _question.Settings.AlphaOfALook;
        var limits = comparison.Worst is null || _question.Settings.Looks == Looks.AnyTime
            ? new ConfidenceSequence([.. comparison.InOrder.Select(i => i.WorstNow)], SequenceMethod.GridKelly, 2 * alpha).RunningAtEnd()
            : new Proportion(comparison.Items.Count(i => i.WorstNow == 1), comparison.Items.Count).ClopperPearson(1 - 2 * alpha);
        var verdict = limits.Lower >= floor ? Verdict.Passed : limits.Upper < floor ? Verdict.Regressed : Verdict.Inconclusive;
        return new(floor, comparison.Items.Average(i => i.WorstNow), limits, verdict);
    }

    private GateOutcome Refused(VerdictReason reason, IReadOnlyList<string> problems)
    {
        var outcome = new GateOutcome { Question = _question, Verdict = Verdict.NotComparable, Reason = reason, Fails = true, Message = "" };
        return outcome with { Message = VerdictMessage.Refused(outcome, problems) };
    }

    // Too little that is scored is no evidence, and no policy makes it one: a scorer that breaks must not turn a gate into a skip.
    private bool Fails(Verdict verdict, VerdictReason reason) =>
        verdict is Verdict.Regressed or Verdict.NotComparable || reason == VerdictReason.LowCoverage
        || (verdict == Verdict.Inconclusive && _question.Settings.PolicyFor(_question.Now.Direction) == InconclusivePolicy.Fail);

    private static (VerdictReason, IReadOnlyList<string>)? Refusal(GateQuestion question)
    {
        if (question.Settings.Problems().ToArray() is { Length: > 0 } settings) return (VerdictReason.BadEvidence, settings);
        if (question.Approved is not { } approved) return (VerdictReason.NoBaseline, []);
        var differences = Comparability.Differences(approved, question.Now).ToList();
        if (question.ApprovedSettings is { } then) differences.AddRange(Comparability.Differences(then, question.Settings, question.Now.Direction));
        if (question.Anchor is { } pinned) differences.AddRange(Comparability.Differences(pinned, question.Now).Select(d => "anchor: " + d));
        if (differences.Count > 0) return (VerdictReason.IdentityDiffers, differences);
        var broken = Broken(approved, question).ToList();
        if (question.Anchor is { } anchor) broken.AddRange(Broken(anchor, question).Select(p => "anchor: " + p));
        return broken.Count > 0 ? (VerdictReason.BadEvidence, broken) : null;
    }

    private static IEnumerable<string> Broken(Measurement approved, GateQuestion question)
    {
        var alone = PairingProblems.Alone(approved, "approved").ToArray(); // cutting an approved side with twice the same id would hide it
        if (alone.Length > 0) return alone;
        var counterpart = ItemBudget.Counterpart(approved, question.Now, question.Settings.Looks, out var problem);
        return problem is null ? PairingProblems.Of(counterpart, question.Now) : [problem];
    }

    private static Measurement Counterpart(Measurement approved, GateQuestion question) =>
        ItemBudget.Counterpart(approved, question.Now, question.Settings.Looks, out _);
}
