using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Calibration;

/// <summary>The product's gate, and rigged ones.</summary>
internal static class Gates
{
    public static readonly GateUnderTest Product = RunVerdicts.Decide;

    /// <summary>Passes whatever it is asked.</summary>
    public static readonly GateUnderTest PassesAlways = (questions, declared) => Says(Verdict.Passed, questions, declared);

    /// <summary>Calls everything a drop.</summary>
    public static readonly GateUnderTest RegressesAlways = (questions, declared) => Says(Verdict.Regressed, questions, declared);

    private static List<GateOutcome> Says(Verdict verdict, IReadOnlyList<GateQuestion> questions, int? declared) =>
        [.. RunVerdicts.Decide(questions, declared).Select(o => o with { Verdict = verdict, Fails = verdict != Verdict.Passed })];
}
