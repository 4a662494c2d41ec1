namespace SafetyGate.Analysis.Dynamics;

/// <summary>A training item with the probability of its gold answer after every epoch.</summary>
public sealed record TracedItem
{
    /// <summary>Id of the item; unique in a result.</summary>
    public required string Id { get; init; }

    /// <summary>Probability of its gold answer after each epoch, in [0, 1].</summary>
    public required IReadOnlyList<double> P { get; init; }

    /// <summary>What a person found.</summary>
    public Triage Triage { get; init; }
}
