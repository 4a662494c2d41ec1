using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Calibration;

/// <summary>The product's gate, and rigged ones.</summary>
internal static class Gates
{
    public static readonly GateUnderTest Product = RunVerdicts.Decide;

    /// <summary>Passes whatever it is asked.</summary>
    public static readonly GateUnderTest PassesAlways = (claims, declared) => Says(Verdict.Passed, claims, declared);

    /// <summary>Calls everything a drop.</summary>
    public static readonly GateUnderTest RegressesAlways = (claims, declared) => Says(Verdict.Regressed, claims, declared);

    private static List<Decision> Says(Verdict verdict, IReadOnlyList<PairedClaim> claims, int? declared) =>
        [.. RunVerdicts.Decide(claims, declared).Select(o => o with { Verdict = verdict })];
}
