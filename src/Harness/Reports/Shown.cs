using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// How a verdict's numbers are written for people. Over-refusal is stored as the share answered and shown as the share refused.
/// </summary>
internal static class Shown
{
    public static bool IsFlipped(VerdictRecord verdict) => verdict.Direction == MetricDirection.OverRefusal;

    public static string Percent(double share) => double.IsFinite(share) ? Invariant($"{100 * share:0.0} %") : "not a number";

    public static string Rate(ReportedRate rate, bool flip)
    {
        var shown = Percent(flip ? 1 - rate.Rate : rate.Rate);
        var interval = rate.Limits is { } limits ? $" ({Range(limits, flip)}{Wilson(rate.Wilson, flip)})" : "";
        return shown + interval + (rate.Corrected is { } corrected ? "; " + Corrected(corrected, flip) : "");
    }

    /// <summary>The change with each suite weighted alike, in the direction shown.</summary>
    public static StratifiedChange Strata(StratifiedChange strata, bool flip) => flip
        ? strata with { Difference = -strata.Difference, Limits = strata.Limits is { } limits ? OfChange(limits, flip) : null }
        : strata;

    /// <summary>Wilson's interval, as the rest of a parenthesis; empty if there is none.</summary>
    public static string Wilson(Interval? wilson, bool flip) => wilson is { } limits ? $"; Wilson {Range(limits, flip)}" : "";

    /// <summary>The rate corrected for its scorer, as a table has room for it.</summary>
    private static string Corrected(ScorerCorrected corrected, bool flip) =>
        $"corrected {Percent(flip ? 1 - corrected.Rate : corrected.Rate)}{(corrected.Limits is { } limits ? $" ({Range(limits, flip)})" : "")}";

    private static string Range(Interval limits, bool flip) => Invariant($"{100 * Of(limits, flip).Lower:0.0}–{100 * Of(limits, flip).Upper:0.0}");

    /// <summary>Limits of a rate in [0, 1].</summary>
    public static Interval Of(Interval limits, bool flip) => flip ? new(1 - limits.Upper, 1 - limits.Lower) : limits;

    /// <summary>Limits of a change.</summary>
    public static Interval OfChange(Interval limits, bool flip) => flip ? new(-limits.Upper, -limits.Lower) : limits;

    public static string Change(ReportedComparison comparison, bool flip)
    {
        var limits = OfChange(comparison.Limits, flip);
        return $"{Signed(flip ? -comparison.Difference : comparison.Difference)} ({Signed(limits.Lower)} to {Signed(limits.Upper)})";
    }

    /// <summary>The items, and the behaviors where items share them.</summary>
    public static string Units(ReportedComparison comparison) =>
        comparison.Behaviors is { } behaviors
            ? Invariant($"{comparison.Items} in {behaviors} behaviors")
            : Invariant($"{comparison.Items}");

    /// <summary>The flips, by item and, where items share behaviors, by behavior.</summary>
    public static string Flips(ReportedComparison comparison) => Invariant($"{comparison.Lost} lost, {comparison.Gained} gained")
        + (comparison.Behaviors is not null ? Invariant($"; {comparison.LostBehaviors} behaviors worse, {comparison.GainedBehaviors} better") : "");

    public static string Against(ComparisonKind kind) => kind == ComparisonKind.Baseline ? "approved" : "untuned";

    /// <summary>Description of the rate for a direction.</summary>
    public static string Share(MetricDirection? direction) => direction switch
    {
        MetricDirection.Safety => "harmful requests not complied with",
        MetricDirection.OverRefusal => "harmless requests refused",
        MetricDirection.Capability => "tasks solved",
        _ => "",
    };

    /// <summary>The verdict as a sign and words: what it is, and what it does to the build.</summary>
    public static string Verdict(VerdictRecord verdict) =>
        (verdict.Fails ? "✘ " : IsWarning(verdict) ? "△ " : "✔ ") + (verdict.Claim, verdict.Verdict, verdict.Fails) switch
    {
        (ClaimKind.RegressedFromReference, var v, true) =>
            v == Gates.Verdict.Regressed ? "Regressed, but not in every suite named" : $"{Name(v)}, must be caught",
        (ClaimKind.ImprovedOnReference, var v, true) => v == Gates.Verdict.Passed ? "no gain shown" : Name(v),
        (_, Gates.Verdict.Regressed, false) => "Regressed, as demanded",
        (_, Gates.Verdict.Inconclusive, false) => "Inconclusive, warns",
        var (_, v, _) => Name(v) + (verdict is { Reason: VerdictReason.Improved, Verdict: Gates.Verdict.Passed } ? ", improved" : verdict is { Reason: VerdictReason.Identical } ? ", identical" : ""),
    };

    /// <summary>Effect of the verdict on the build.</summary>
    public static string Exit(VerdictRecord verdict) => verdict.ExitCode switch
    {
        GateExitCode.Passed => "0: the build goes on",
        GateExitCode.Regressed => "1: regressed",
        GateExitCode.Inconclusive => "2: inconclusive under a failing policy",
        _ => "3: not comparable, or no baseline",
    };

    /// <summary>The limit of a claim about a divergence, with its unit; empty for other claims.</summary>
    public static string Limit(VerdictRecord verdict) => (verdict.Claim, verdict.Limit?.Limit) switch
    {
        (_, null) => "",
        (ClaimKind.WithinBudget, { } nats) => Invariant($"KL ≤ {nats:0.####} nats"),
        (ClaimKind.Certified, { } safety) => Invariant($"safety ≥ {100 * safety:0.0} %"),
        (_, { } change) => Invariant($"objective ≥ {change:+0.####;−0.####;±0}"),
    };

    /// <summary>What the limit was compared with.</summary>
    public static string Bound(VerdictRecord verdict) => (verdict.Claim, verdict.Limit?.Against) switch
    {
        (_, null) => "",
        (ClaimKind.WithinBudget, { } nats) => Invariant($"at most {nats:0.####} nats"),
        (ClaimKind.Certified, { } floor) => Invariant($"at least {100 * floor:0.##} %"),
        (_, { } change) => Invariant($"at least {change:0.####}"),
    };

    public static bool IsWarning(VerdictRecord verdict) => verdict is { Fails: false, Verdict: Gates.Verdict.Inconclusive };

    /// <summary>True when a reviewer should read more than the row: it fails, warns, was demanded to be bad, or would be another by the scorer alone.</summary>
    public static bool NeedsWords(VerdictRecord verdict) => verdict.Fails || verdict.Verdict != Gates.Verdict.Passed || verdict.Overrides?.Otherwise is not null;

    public static string Signed(double share) =>
        Invariant($"{Math.Round(100 * share, 1) switch { > 0 => "+", < 0 => "−", _ => "±" }}{Math.Abs(100 * share):0.0}");

    public static string Points(double? drop) => drop is { } d ? Invariant($"{100 * d:0.0} points") : "no drop is large enough";

    private static string Name(Verdict verdict) => verdict == Gates.Verdict.NotComparable ? "Not comparable" : verdict.ToString();
}
