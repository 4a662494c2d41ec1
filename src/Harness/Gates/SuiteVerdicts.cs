using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>What a pooled comparison says suite by suite, so that a message names what broke.</summary>
public static class SuiteVerdicts
{
    /// <summary>The verdict of each suite alone, drops adjusted over the suites; empty when the items are of fewer than two suites.</summary>
    /// <param name="pooled">The question of the pool. Its anchor and floor are those of the pool and are left out.</param>
    public static IReadOnlyList<SuiteVerdict> Of(GateQuestion pooled)
    {
        var suites = pooled.Now.Items.Select(i => i.Suite).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (pooled.Approved is not { } approved || suites.Count < 2) return [];
        var present = pooled.Now.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal); // a look at the first items has no more of a suite than these
        var questions = suites.Select(s => pooled with
        {
            Approved = Of(approved with { Items = [.. approved.Items.Where(i => present.Contains(i.Id))] }, s),
            Now = Of(pooled.Now, s),
            Anchor = null,
            Settings = pooled.Settings with { Floor = null },
            ApprovedSettings = null,
        }).ToList();
        return [.. suites.Zip(RunVerdicts.Decide(questions), (suite, outcome) => new SuiteVerdict(suite, outcome))];
    }

    /// <summary>The suites in one line, those that changed most first.</summary>
    public static string Line(IReadOnlyList<SuiteVerdict> suites) =>
        string.Join("; ", suites.OrderBy(s => s.Outcome.Paired?.Comparison.Difference ?? 0).Select(InWords));

    private static string InWords(SuiteVerdict suite) => suite.Outcome.Paired is { } paired
        ? Invariant($"{suite.Suite} {Words.Points(paired.Comparison.Difference)} on {paired.Comparison.Items.Count}, p {Words.P(paired.AdjustedDropP)} after Holm over {paired.Family}")
        : $"{suite.Suite} {suite.Outcome.Verdict}";

    private static Measurement Of(Measurement pooled, string suite) => pooled with { Items = [.. pooled.Items.Where(i => i.Suite == suite)] };
}
