namespace SafetyGate.Harness.Gates;

/// <summary>Pinned control of the guard against the slow slide: what the sum of all losses since then is measured from.</summary>
public enum AnchorKind
{
    /// <summary>The untuned model the training started from.</summary>
    UntunedReference,

    /// <summary>The result that was approved first for this spec; later approvals do not move it.</summary>
    FirstApproved,
}
