using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides all claims about a run together. Passing needs no correction (all must pass, so the conjunction is valid at α); calling a
/// drop does, so the exact tests are adjusted by Holm over the comparisons of the run.
/// </summary>
public static class RunVerdicts
{
    /// <summary>The decision on each claim, in order.</summary>
    /// <param name="claims">Every claim about the run whose evidence was measured.</param>
    /// <param name="declared">How many comparisons the run has; those that were not evaluated count as p = 1 and keep their place.
    /// <c>null</c>: as many as are given.</param>
    /// <exception cref="ArgumentException">No claims.</exception>
    public static IReadOnlyList<Decision> Decide(IReadOnlyList<Claim> claims, int? declared = null)
    {
        if (claims.Count == 0)
            throw new ArgumentException("No gated metric was evaluated; a run that gates nothing does not pass.", nameof(claims));
        var open = claims.Select(claim => claim.OpenTuned()).ToArray();
        double[] evaluated = [.. open.SelectMany(claim => claim.Tests).Select(test => test.DropP)];
        double[] family = [.. evaluated, .. Enumerable.Repeat(1.0, Math.Max(0, (declared ?? 0) - evaluated.Length))];
        var adjusted = new Queue<double>(family.Length > 0 ? Multiplicity.Holm(family) : []);
        return [.. open.Select(claim => claim.Decide([.. claim.Tests.Select(test => test.Decide(adjusted.Dequeue(), family.Length))]))];
    }

    /// <summary>The decision on one claim alone.</summary>
    public static Decision Decide(Claim claim) => Decide([claim])[0];

    /// <summary>
    /// The exit code of <c>gate</c> for several decisions: regressed, then not comparable, then inconclusive under a failing policy.
    /// </summary>
    public static int ExitCode(IEnumerable<Decision> decisions) => VerdictExit.Code(decisions.Select(decision => decision.ExitCode));
}
