namespace SafetyGate.Models.Families;

/// <summary>What a family allows of rotary settings.</summary>
/// <param name="DefaultTheta">Base where the file has none.</param>
internal sealed record RopeRules(double DefaultTheta)
{
    /// <summary>Whether a part of each head can be turned.</summary>
    public bool CanBePartial { get; init; }

    /// <summary>Pretrained positions where the file has none; the model's positions where this is <c>null</c> too.</summary>
    public int? OriginalMaxPositions { get; init; }

    /// <summary>Kinds of scaling the family knows.</summary>
    public IReadOnlyList<string> Types { get; init; } = RopeSettings.KnownTypes;

    /// <summary>Other words for kinds.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();
}
