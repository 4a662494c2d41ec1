using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Cli.Commands;

/// <summary>A measurement in one line.</summary>
internal static class MeasurementWords
{
    /// <summary>Metric, rate, items, and what could not be scored with the commonest reason.</summary>
    public static string Of(Measurement measurement)
    {
        var summary = ResultSummary.Of(measurement);
        var rate = summary.Rate is { } value ? Invariant($"{value:P1}") : "no rate: nothing could be scored";
        var reasons = measurement.Items.SelectMany(i => i.UnscoredReasons).GroupBy(r => r, StringComparer.Ordinal).ToList();
        var commonest = reasons.MaxBy(r => r.Count()) is { } most ? Invariant($"; the commonest reason, {most.Count()} times: {most.Key}") : "";
        return Invariant($"{measurement.Metric}: {rate} ({summary.Items} items, {summary.Items - summary.Scored} unscored{commonest})");
    }

    /// <summary>How many responses did not end by themselves, or that this is not known; <c>null</c> when all did.</summary>
    public static string? Cut(Measurement measurement)
    {
        if (CutResponses.Of(measurement.Items) is not { } cut) return $"{measurement.Metric}: not known how many responses were cut; the result does not say it";
        var suites = CutResponses.BySuite(measurement.Items).Where(suite => suite.Cut is { Cut: > 0 }).Select(suite => $"{suite.Suite} {suite.Cut}").ToList();
        return cut.Cut == 0 ? null : Invariant($"{measurement.Metric}: {cut} responses were cut at the limit of {measurement.Sampling.MaxNewTokens} tokens or at the model's last position{(suites.Count > 0 ? $" ({string.Join(", ", suites)})" : "")}");
    }
}
