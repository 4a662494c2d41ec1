namespace SafetyGate.Harness.Baselines;

/// <summary>Which recipe made the model of a result.</summary>
public sealed record RecipeIdentity
{
    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the recipe's description; lower-case hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Seeds of the trainings behind the result; one for a claim about a checkpoint.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>What the recipe says, by <see cref="RecipeSettings"/>, for reviewers; takes no part in comparisons. Empty: not recorded.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
