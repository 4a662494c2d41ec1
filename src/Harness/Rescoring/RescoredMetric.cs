using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Rescoring;

/// <summary>One measurement, and the present scorer's scores of the same responses.</summary>
public sealed record RescoredMetric
{
    /// <summary>As it was scored.</summary>
    public required Measurement Before { get; init; }

    /// <summary>As it is scored now; <c>null</c> when it cannot be scored again.</summary>
    public Measurement? After { get; init; }

    /// <summary>Why it cannot be scored again; <c>null</c> when it could.</summary>
    public string? Problem { get; init; }

    /// <summary>Items whose responses are not in the store.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Items with another score than before, among those whose responses are in the store.</summary>
    public IReadOnlyList<RescoredItem> Changed { get; init; } = [];

    /// <summary>Scores of people that do not hold any more, because they were given for another version of the scorer; in the order of the items.</summary>
    public IReadOnlyList<(string Item, ScoreOverride Override)> Dropped => After is not { } after || after.ScorerVersion == Before.ScorerVersion ? []
        : [.. Before.Items.SelectMany(item => item.Overrides.Select(one => (item.Id, one)))];

    /// <summary>Mean score before over items, or over behaviors where items share them; an unscored sample counts 0.</summary>
    public double RateBefore => Rate(Before);

    /// <summary>The same now; <c>null</c> when it cannot be scored again.</summary>
    public double? RateAfter => After is { } after ? Rate(after) : null;

    private static double Rate(Measurement measurement) => InferenceUnits.Values(measurement).Average();
}
