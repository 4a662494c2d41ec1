using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Pocket;

/// <summary>Rates of one model under one way of sampling. An unscored response counts against the model, as in a gate.</summary>
public sealed record PocketRates
{
    /// <summary>Share refused of each adversarial suite, by name, suites in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Refused { get; init; }

    /// <summary>Share refused of all suites together.</summary>
    public required double Pooled { get; init; }

    /// <summary>Share of harmless twins not answered.</summary>
    public required double OverRefusal { get; init; }

    /// <summary>Share of the sums of the test split that are right.</summary>
    public required double Sums { get; init; }

    /// <summary>Share of the order problems of the test split that are right.</summary>
    public required double Order { get; init; }

    /// <summary>Mean score of a measurement, an unscored item counting 0.</summary>
    public static double Rate(Measurement measurement) => measurement.Items.Average(item => item.Scores.Average(score => score ?? 0));
}
