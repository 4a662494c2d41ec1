namespace SafetyGate.Analysis.Explanations;

/// <summary>What was measured of one explanation.</summary>
public sealed record ExplainedItem
{
    /// <summary>Id of the item; unique in a result.</summary>
    public required string Id { get; init; }

    /// <summary>How hard the item is.</summary>
    public required double Hardness { get; init; }

    /// <summary>Whether each reader was right from the explanation alone, 1 or 0; two readers.</summary>
    public required IReadOnlyList<double> FromExplanation { get; init; }

    /// <summary>Whether each reader was right from the question alone.</summary>
    public required IReadOnlyList<double> FromQuestion { get; init; }

    /// <summary>What each reader answered from the explanation.</summary>
    public required IReadOnlyList<string> Answers { get; init; }

    /// <summary>Share of generated siblings that the explanation's rule answers right; <c>null</c> where there are none.</summary>
    public double? Generalizes { get; init; }

    /// <summary>Mean log-probability of the explanation's tokens under a reference, minus that of its words shuffled, in nats; <c>null</c> without
    /// a reference.</summary>
    public double? Grammatical { get; init; }
}
