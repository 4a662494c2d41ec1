using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>One suite of a pooled metric, compared by itself.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Comparison">Its numbers; drops are adjusted over the suites.</param>
public sealed record ReportedSuite(string Suite, ReportedComparison Comparison)
{
    /// <summary>A suite of a pool; <c>null</c> if its items could not be compared.</summary>
    /// <param name="settings">The rule of the pool.</param>
    /// <param name="suite">The suite with its own verdict.</param>
    public static ReportedSuite? Of(GateSettings settings, SuiteVerdict suite) =>
        suite.Decision is { Paired: { } paired, Claim: PairedClaim claim }
            ? new(suite.Suite, ReportedComparison.Of(settings, paired, claim.Approved, claim.Now))
            : null;
}
