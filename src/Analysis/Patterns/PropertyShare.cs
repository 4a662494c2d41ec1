namespace SafetyGate.Analysis.Patterns;

/// <summary>A property that is commoner in a pattern than in the other items.</summary>
public sealed record PropertyShare
{
    /// <summary>Name of the property.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; init; }

    /// <summary>Share of the pattern's failures that have it.</summary>
    public required double InPattern { get; init; }

    /// <summary>Share of all other items that have it.</summary>
    public required double Elsewhere { get; init; }

    /// <summary>p-value after Holm over all properties and patterns.</summary>
    public required double P { get; init; }

    /// <summary>Name and value.</summary>
    public override string ToString() => new ItemProperty(Name, Value).ToString();
}
