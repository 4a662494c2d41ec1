using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>One gated metric of a run, with all the evidence its verdict needs.</summary>
public sealed record GateQuestion
{
    /// <summary>Approved baseline or untuned reference.</summary>
    public required ComparisonKind Kind { get; init; }

    /// <summary>What was measured before; <c>null</c> when no baseline has been approved, which never passes.</summary>
    public required Measurement? Approved { get; init; }

    /// <summary>The settings under which the baseline was approved; <c>null</c> when none are recorded (a reference, or a bare result).</summary>
    public GateSettings? ApprovedSettings { get; init; }

    /// <summary>What was measured now.</summary>
    public required Measurement Now { get; init; }

    /// <summary>The rule.</summary>
    public required GateSettings Settings { get; init; }

    /// <summary>The pinned anchor against the slow slide; <c>null</c> for none.</summary>
    public Measurement? Anchor { get; init; }

    /// <summary>What the anchor is, in the message.</summary>
    public string AnchorName { get; init; } = "the untuned reference";

    /// <summary>The exact command that approves this result, for the message; <c>null</c> where approving makes no sense.</summary>
    public string? ApproveCommand { get; init; }
}
