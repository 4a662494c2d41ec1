using SafetyGate.Core.Language;
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

    /// <summary>How many responses did not end by themselves; <c>null</c> when all did.</summary>
    public static string? Cut(EvaluationResult evaluation)
    {
        var cut = evaluation.Responses.Count(one => one.Response.FinishReason == FinishReason.Length);
        return cut == 0 ? null : Invariant($"{evaluation.Measurement.Metric}: {cut} of {evaluation.Responses.Count} responses were cut at the limit of {evaluation.Measurement.Sampling.MaxNewTokens} tokens or at the model's last position");
    }
}
