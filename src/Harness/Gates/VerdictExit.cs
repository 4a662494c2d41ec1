namespace SafetyGate.Harness.Gates;

/// <summary>Exit codes of verdicts, as <c>gate</c> returns them.</summary>
public static class VerdictExit
{
    private static readonly int[] Order = [GateExitCode.Regressed, GateExitCode.NotComparable, GateExitCode.Inconclusive];

    /// <summary>The exit code of one verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="fails">Whether it fails the build.</param>
    public static int Code(Verdict verdict, bool fails) => (fails, verdict) switch
    {
        (false, _) => GateExitCode.Passed,
        (_, Verdict.NotComparable) => GateExitCode.NotComparable,
        (_, Verdict.Inconclusive) => GateExitCode.Inconclusive,
        _ => GateExitCode.Regressed,
    };

    /// <summary>The exit code of several verdicts: regressed, then not comparable, then inconclusive under a failing policy.</summary>
    public static int Code(IEnumerable<int> codes)
    {
        var found = codes.ToHashSet();
        return Order.FirstOrDefault(found.Contains, GateExitCode.Passed);
    }
}
