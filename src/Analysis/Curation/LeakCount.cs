namespace SafetyGate.Analysis.Curation;

/// <summary>How much of validation texts is in others.</summary>
public sealed record LeakCount
{
    /// <summary>Texts looked at.</summary>
    public required int Texts { get; init; }

    /// <summary>Texts that have a gram in common with a validation text.</summary>
    public required int Grams { get; init; }

    /// <summary>Texts that have the template of a validation text.</summary>
    public required int Templates { get; init; }

    /// <summary>Whether there is none.</summary>
    public bool IsClean => Grams == 0 && Templates == 0;

    /// <summary>In words.</summary>
    public override string ToString() => Invariant($"{Grams} of {Texts} share a 13-gram, {Templates} a template");
}
