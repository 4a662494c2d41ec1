namespace SafetyGate.Harness.Evaluation;

/// <summary>One benchmark run against one model: the measurement and every response behind it.</summary>
public sealed record EvaluationResult
{
    /// <summary>The scores, item by item.</summary>
    public required Measurement Measurement { get; init; }

    /// <summary>Every response in the order of the items, samples of an item together.</summary>
    public required IReadOnlyList<ScoredResponse> Responses { get; init; }
}
