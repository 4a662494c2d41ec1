namespace SafetyGate.Harness.Gates;

/// <summary>A decided question: the verdict, what it does to the build, the numbers behind it, and the words.</summary>
public sealed record GateOutcome
{
    /// <summary>What was asked.</summary>
    public required GateQuestion Question { get; init; }

    /// <summary>The verdict, all guards taken together.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What decided.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when the build fails: Regressed, not comparable, or inconclusive under a failing policy.</summary>
    public required bool Fails { get; init; }

    /// <summary>The message a reviewer can act on.</summary>
    public required string Message { get; init; }

    /// <summary>The paired comparison; <c>null</c> when there was none to make.</summary>
    public RuleResult? Paired { get; init; }

    /// <summary>The comparison with the anchor; <c>null</c> when there is no anchor.</summary>
    public RuleResult? Anchor { get; init; }

    /// <summary>What the guard over categories saw; empty when items have none.</summary>
    public IReadOnlyList<CategoryFinding> Categories { get; init; } = [];

    /// <summary>The absolute floor; <c>null</c> when there is none.</summary>
    public FloorFinding? Floor { get; init; }

    /// <summary>The exit code of this verdict alone.</summary>
    public int ExitCode => Verdict switch
    {
        Verdict.Regressed => GateExitCode.Regressed,
        Verdict.NotComparable => GateExitCode.NotComparable,
        Verdict.Inconclusive when Fails => GateExitCode.Inconclusive,
        _ => Fails ? GateExitCode.Regressed : GateExitCode.Passed,
    };
}
