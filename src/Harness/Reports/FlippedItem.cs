namespace SafetyGate.Harness.Reports;

/// <summary>An item whose value changed, with what the model said before and now.</summary>
public sealed record FlippedItem
{
    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>True when it got worse.</summary>
    public required bool Lost { get; init; }

    /// <summary>Its category; <c>null</c> when it has none.</summary>
    public string? Category { get; init; }

    /// <summary>What was asked; <c>null</c> when not at hand.</summary>
    public string? Prompt { get; init; }

    /// <summary>What the approved or untuned model said, one for each sample.</summary>
    public required IReadOnlyList<FlippedResponse> Before { get; init; }

    /// <summary>What this run's model said, one for each sample.</summary>
    public required IReadOnlyList<FlippedResponse> Now { get; init; }
}
