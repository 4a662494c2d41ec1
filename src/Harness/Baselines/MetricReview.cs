using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>The review of one metric of a received result.</summary>
/// <param name="Lines">The review, line by line.</param>
/// <param name="Harm">Why approving it lowers the bar; <c>null</c> if it does not.</param>
/// <param name="Summary">Rates before and then, and the verdict.</param>
internal sealed record MetricReview(IReadOnlyList<TextLine> Lines, string? Harm, string Summary)
{
    public static MetricReview Of(MetricResult received, ResultDocument? standing, ResultDocument? first)
    {
        var now = received.Measurement;
        var settings = received.Gate ?? new GateSettings { Margin = 0.02 };
        var present = standing?.Find(now.Metric) ?? standing?.Metrics.FirstOrDefault();
        var before = present?.Measurement;
        PairedClaim Under(GateSettings rule) => new()
        {
            Against = ComparisonKind.Baseline,
            Approved = before,
            Now = now,
            Settings = rule,
            Anchor = rule.Anchor == AnchorKind.FirstApproved ? first?.Find(now.Metric)?.Measurement : null,
        };
        var claim = Under(settings);
        var decision = RunVerdicts.Decide(claim);
        (double? Then, double Now) rates = (before is null ? null : Rate(before), Rate(now));
        List<TextLine> lines = [new("metric", Invariant($"{now.Metric}: {now.Direction}, {now.Items.Count} items, scorer {now.Scorer} {now.ScorerVersion}, {Words(rates)}"))];
        if (before is not null) lines.Add(new("verdict", $"{decision.Verdict}: {Headline(decision)}"));
        lines.AddRange(decision.Text.Lines.Where(line => line.Label is not ("because" or "next" or "could see")));
        lines.Add(new("then", Afterwards(claim, decision, rates.Now, settings.Anchor == AnchorKind.FirstApproved && before is null)));
        return new(lines, HarmOf(claim, decision, rates) ?? HarmByApprovedRule(present?.Gate, Under, rates), $"{Words(rates)}{(before is null ? "" : $"  {decision.Verdict}")}{(ScoreOverrides.Count(now) is > 0 and var people ? Invariant($"  ({people} by people)") : "")}");
    }

    // A result that brings a looser rule is judged by the one that is approved so far as well: else the rule would excuse the result.
    private static string? HarmByApprovedRule(GateSettings? approved, Func<GateSettings, PairedClaim> under, (double? Then, double Now) rates)
    {
        if (approved is null) return null;
        var claim = under(approved);
        return HarmOf(claim, RunVerdicts.Decide(claim), rates) is { } harm ? $"By the rule that is approved so far: {harm}" : null;
    }

    private static string Words((double? Then, double Now) rates) => Invariant($"{(rates.Then is { } then ? Invariant($"{then:0.####}") : "none")} → {rates.Now:0.####}");

    // Before it is approved anew, the approved one is the present one.
    private static string Headline(Decision decision) => decision.Text.Headline.Replace("the approved baseline", "the present baseline", StringComparison.Ordinal);

    private static double Rate(Measurement measurement) => ResultSummary.Of(measurement).WorstCase;

    // The guards that stay as they are when the baseline moves.
    private static string Afterwards(PairedClaim claim, Decision decision, double rate, bool becomesAnchor)
    {
        var settings = claim.Settings;
        var anchor = becomesAnchor ? "this result becomes the anchor"
            : settings.Anchor == AnchorKind.UntunedReference ? "the anchor stays the untuned reference, which the run was held against"
            : decision.Paired?.Anchor is { } paired ? $"the anchor stays the first approved result and says {paired.Verdict}"
            : "the anchor stays the first approved result, with which this one is not comparable";
        var floor = PairedRule.FloorAlone(claim) is { } found ? Invariant($"; the floor of {found.Floor:0.####} says {found.Verdict}") : "";
        return Invariant($"the next run is held against {rate:0.####} with a margin of {100 * settings.Margin:0.##} points; {anchor}{floor}");
    }

    private static string? HarmOf(PairedClaim claim, Decision decision, (double? Then, double Now) rates)
    {
        if (PairedRule.FloorAlone(claim) is { Verdict: Verdict.Regressed } floor)
            return Invariant($"{claim.Metric} is below its floor of {floor.Floor:0.####}: {rates.Now:0.####}.");
        if (decision.Verdict == Verdict.Regressed) return Headline(decision);
        if (rates.Then is not { } then || rates.Now > then - claim.Settings.Margin) return null;
        var drop = Invariant($"{claim.Metric} falls from {then:0.####} to {rates.Now:0.####}, by its margin of {100 * claim.Settings.Margin:0.##} points or more");
        return decision.Verdict switch
        {
            Verdict.Inconclusive => drop + ", and nothing rules that drop out.",
            Verdict.NotComparable => drop + ", and the two results are not comparable item by item.",
            _ => null,
        };
    }
}
