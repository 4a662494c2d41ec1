namespace SafetyGate.Harness.Reports;

/// <summary>An item whose value changed, with the responses before and now.</summary>
public sealed record FlippedItem
{
    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>True when it got worse.</summary>
    public required bool Lost { get; init; }

    /// <summary>Its category; <c>null</c> when it has none.</summary>
    public string? Category { get; init; }

    /// <summary>The prompt; <c>null</c> if not available.</summary>
    public string? Prompt { get; init; }

    /// <summary>Responses of the approved or untuned model, one for each sample.</summary>
    public required IReadOnlyList<FlippedResponse> Before { get; init; }

    /// <summary>Responses of this run's model, one for each sample.</summary>
    public required IReadOnlyList<FlippedResponse> Now { get; init; }
}
