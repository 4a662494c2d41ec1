namespace SafetyGate.Models.Families;

/// <summary>Values of a family's configuration class in transformers for keys that a file leaves out.</summary>
internal sealed record FamilyDefaults
{
    /// <summary>Key and value heads; <c>null</c>: as many as query heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Features of a head; <c>null</c>: hidden size over heads.</summary>
    public int? HeadDim { get; init; }

    /// <summary>Added inside a norm's root.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>Positions.</summary>
    public int MaxPositions { get; init; } = 2048;
}
