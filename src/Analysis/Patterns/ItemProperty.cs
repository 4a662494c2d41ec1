namespace SafetyGate.Analysis.Patterns;

/// <summary>Something that is true of an item, such as <c>category: fraud</c>.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="Value">What was found.</param>
public readonly record struct ItemProperty(string Name, string Value)
{
    /// <summary>Name and value.</summary>
    public override string ToString() => $"{Name}: {Value}";
}
