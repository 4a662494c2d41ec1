using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>Mean scores of the units of inference: of each behavior where items share one, else of each item; unscored counts 0.</summary>
internal static class UnitMeans
{
    /// <summary>The means, in the order of the first item of each unit.</summary>
    public static IReadOnlyList<double> Of(Measurement measurement) =>
        [.. measurement.Items.Select((item, place) => (Unit: item.Behavior ?? Invariant($"\n{place}"), Score: item.Scores.Average(score => score ?? 0)))
            .GroupBy(item => item.Unit, StringComparer.Ordinal).Select(unit => unit.Average(item => item.Score))];
}
