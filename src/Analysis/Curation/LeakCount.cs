namespace SafetyGate.Analysis.Curation;

/// <summary>How much of validation texts is in others.</summary>
public sealed record LeakCount
{
    /// <summary>Texts looked at.</summary>
    public required int Texts { get; init; }

    /// <summary>Texts that repeat a validation text's words: a 13-gram, or all of a shorter one.</summary>
    public required int Grams { get; init; }

    /// <summary>Tasks that are a validation text with other numbers.</summary>
    public required int Templates { get; init; }

    /// <summary>Tasks that say in other words, or with other names, what a validation text says.</summary>
    public int Retold { get; init; }

    /// <summary>Whether there is none.</summary>
    public bool IsClean => Grams == 0 && Templates == 0 && Retold == 0;

    /// <summary>In words.</summary>
    public override string ToString() => Invariant($"{Grams} of {Texts} share a 13-gram, {Templates} a template, {Retold} tell one again in other words");
}
