namespace SafetyGate.Harness.Gates;

/// <summary>One item on both sides. A value is the mean over the item's samples.</summary>
public sealed record PairedItem
{
    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>Its category, if it has one.</summary>
    public string? Category { get; init; }

    /// <summary>The behavior behind it, if it has one; items that share one are a unit.</summary>
    public string? Behavior { get; init; }

    /// <summary>Value in the approved run; <c>null</c> when a sample is unscored.</summary>
    public required double? Approved { get; init; }

    /// <summary>Value now; <c>null</c> when a sample is unscored.</summary>
    public required double? Now { get; init; }

    /// <summary>Approved value with each unscored sample as 1: against the model.</summary>
    public required double WorstApproved { get; init; }

    /// <summary>Value now with each unscored sample as 0: against the model.</summary>
    public required double WorstNow { get; init; }

    /// <summary>Worst-case difference, now − approved, in [−1, 1].</summary>
    public double WorstDifference => WorstNow - WorstApproved;

    /// <summary>True when both sides have a value for every sample.</summary>
    public bool IsScored => Approved is not null && Now is not null;
}
