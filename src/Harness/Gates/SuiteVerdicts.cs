using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>The verdicts of a pooled comparison suite by suite, so that a message names what broke.</summary>
public static class SuiteVerdicts
{
    /// <summary>
    /// The verdict of each suite alone, drops adjusted over the suites; empty when the items are of fewer than two suites.
    /// </summary>
    /// <param name="pooled">The claim about the pool. Its anchor and floor are those of the pool and are left out.</param>
    public static IReadOnlyList<SuiteVerdict> Of(PairedClaim pooled)
    {
        var suites = pooled.Now.Items.Select(i => i.Suite).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (pooled.Approved is not { } approved || suites.Count < 2) return [];
        var present = pooled.Now.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal); // a look at the first items has no more of a suite than these
        var claims = suites.Select(s => pooled with
        {
            Approved = Of(approved with { Items = [.. approved.Items.Where(i => present.Contains(i.Id))] }, s),
            Now = Of(pooled.Now, s),
            Anchor = null,
            Settings = pooled.Settings with { Floor = null, ExactUnconditional = false },
            ApprovedSettings = null,
        }).ToList();
        return [.. suites.Zip(RunVerdicts.Decide(claims), (suite, decision) => new SuiteVerdict(suite, decision))];
    }

    /// <summary>The suites in one line, those that changed most first.</summary>
    public static string Line(IReadOnlyList<SuiteVerdict> suites) =>
        string.Join("; ", suites.OrderBy(s => s.Decision.Paired?.Comparison.Difference ?? 0).Select(InWords));

    private static string InWords(SuiteVerdict suite) => suite.Decision.Paired is { } paired
        ? Invariant($"{suite.Suite} {Words.Points(paired.Comparison.Difference)} on {paired.Comparison.Items.Count}, p {Words.P(paired.AdjustedDropP)} after Holm over {paired.Family}")
        : $"{suite.Suite} {suite.Decision.Verdict}";

    private static Measurement Of(Measurement pooled, string suite) =>
        pooled with { Items = [.. pooled.Items.Where(i => i.Suite == suite)] };
}
