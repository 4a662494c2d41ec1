namespace SafetyGate.Harness.Evaluation;

/// <summary>Scores of the samples of one item.</summary>
public sealed record ItemOutcome
{
    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>Suite of the item, when several are pooled.</summary>
    public string? Suite { get; init; }

    /// <summary>Category of the item.</summary>
    public string? Category { get; init; }

    /// <summary>Behavior behind the item; items that share one form a cluster.</summary>
    public string? Behavior { get; init; }

    /// <summary>The score of each sample in [0,1], 1 the good end; <c>null</c> where a sample is unscored.</summary>
    public required IReadOnlyList<double?> Scores { get; init; }

    /// <summary>SHA-256 of each sample's response text; lower-case hex. Finds the response in the run store.</summary>
    public required IReadOnlyList<string> ResponseDigests { get; init; }

    /// <summary>Why samples are unscored; empty when none is.</summary>
    public IReadOnlyList<string> UnscoredReasons { get; init; } = [];

    /// <summary>How many samples the limit on new tokens ended; <c>null</c>: not known, as in results that do not say.</summary>
    public int? Cut { get; init; }

    /// <summary>Scores that a person put in the place of the scorer's; empty as a rule.</summary>
    public IReadOnlyList<ScoreOverride> Overrides { get; init; } = [];
}
