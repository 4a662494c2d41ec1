using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>The scores under a verdict that are a person's, and what the verdict would be without them.</summary>
public sealed record OverriddenScores
{
    /// <summary>Most of them that are kept with who and why.</summary>
    public const int MostShown = 40;

    private const int ShownInMessage = 5, ShownReason = 120, ShownName = 40;

    /// <summary>How many of the present scores are a person's.</summary>
    public required int Now { get; init; }

    /// <summary>How many scores there are.</summary>
    public required int Scores { get; init; }

    /// <summary>How many of those compared with are a person's.</summary>
    public required int Before { get; init; }

    /// <summary>The present rate by the scorer alone: the mean over items or behaviors, unscored as 0; <c>null</c> if the evidence is damaged.</summary>
    public required double? RateByScorer { get; init; }

    /// <summary>The verdict by the scorer's own scores, in words, if it is another one; <c>null</c> if people's scores change nothing.</summary>
    public string? Otherwise { get; init; }

    /// <summary>The present ones, or those compared with if there is none now; at most <see cref="MostShown"/>.</summary>
    public required IReadOnlyList<OverriddenScore> Shown { get; init; }

    /// <summary>How many there are, and the first with who and why.</summary>
    internal string Words
    {
        get
        {
            var words = Shown.Take(ShownInMessage).Select(one => Invariant($"{one.Item} {Score(one.Scored)} → {one.Score:0.####} by {Gates.Words.OneLine(one.Who, ShownName)} ({Gates.Words.OneLine(one.Why, ShownReason)})"));
            var left = (Shown.Count < MostShown ? Shown.Count : Now > 0 ? Now : Before) - ShownInMessage;
            var more = left > 0 ? Invariant($"; and {left} more") : "";
            var rate = RateByScorer is { } alone && Now > 0 ? Invariant($" (the rate is {alone:0.####} by the scorer alone)") : "";
            var before = Before == 0 ? "" : Invariant($", {Before} of those compared with");
            var rule = Now == 0 ? "; each holds for the response and the version of the scorer that it was given for" : "";
            return Invariant($"{Now} of {Scores} scores now {(Now == 1 ? "is" : "are")} a person's{rate}{before}: {string.Join("; ", words)}{more}{rule}");
        }
    }

    /// <summary>What to say at once; empty if people's scores do not change the verdict.</summary>
    internal string Warning => Otherwise is null ? "" : Invariant($" This rests on {Now + Before} {(Now + Before == 1 ? "score" : "scores")} that a person put in the place of the scorer's: by the scorer alone it would be {Otherwise}.");

    /// <summary>A score, as messages write it.</summary>
    internal static string Score(double? score) => score is { } value ? Invariant($"{value:0.####}") : "unscored";

    /// <summary>The people's scores under a decision; <c>null</c> if there is none.</summary>
    /// <param name="decision">The decision.</param>
    public static OverriddenScores? Of(Decision decision)
    {
        var (now, then) = (decision.Claim.Judged, decision.Claim.ComparedWith);
        var (present, before) = (now.Sum(ScoreOverrides.Count), then.Sum(ScoreOverrides.Count));
        if (present + before == 0) return null;
        return new()
        {
            Now = present,
            Before = before,
            Scores = now.Sum(one => one.Items.Sum(item => item.Scores.Count)),
            RateByScorer = now.Count == 0 || now.Any(one => PairingProblems.Alone(one, "present").Any()) ? null : now.Average(one => InferenceUnits.Values(ScoreOverrides.ByScorer(one)).Average()),
            Otherwise = OtherwiseOf(decision),
            Shown = [.. (present > 0 ? now : then).SelectMany(one => one.Items).SelectMany(item => item.Overrides.Select(one => new OverriddenScore(item.Id, one.Sample, one.Scored, item.Scores.ElementAtOrDefault(one.Sample) ?? 0, one.Who, one.Why))).Distinct().Take(MostShown)],
        };
    }

    // Each decided by itself: what is compared differs by the scores alone, not by the place in a family of claims.
    private static string? OtherwiseOf(Decision decision)
    {
        if (decision.Evidence is null) return null;
        var without = RunVerdicts.Decide(decision.Claim.ByScorer());
        if (IsAlike(without, RunVerdicts.Decide(decision.Claim)) || IsAlike(without, decision)) return null;
        return without.Verdict == decision.Verdict ? $"{without.Verdict} and not improved" : $"{without.Verdict}";
    }

    private static bool IsAlike(Decision one, Decision other) =>
        one.Verdict == other.Verdict && (one.Reason == VerdictReason.Improved) == (other.Reason == VerdictReason.Improved);
}
