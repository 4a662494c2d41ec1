using SafetyGate.Analysis.Dynamics;

namespace SafetyGate.Harness.Reports;

/// <summary>Training dynamics as a table of the labels to look at.</summary>
public static class DynamicsSections
{
    /// <summary>Suspected items that are listed.</summary>
    public const int Listed = 25;

    /// <summary>The section.</summary>
    /// <param name="result">The result.</param>
    public static ReportSection Of(DynamicsResult result)
    {
        var (items, suspected) = (result.Dynamics, result.Suspected);
        return new()
        {
            Title = $"Training dynamics of {result.Data}",
            Notes =
            [
                Invariant($"{items.Count} items, {result.Epochs} epochs, recorded by {result.Recorder} ({result.Measure}). Mean confidence {items.Average(item => item.Dynamics.Confidence):0.000}; always right {items.Count(item => item.Dynamics.Correctness == result.Epochs)}, forgotten at least once {items.Count(item => item.Dynamics.Forgetfulness is >= 1 and < double.PositiveInfinity)}, never right {items.Count(item => item.Dynamics.Correctness == 0)}."),
                suspected.Count == 0 ? "No label is suspected." : Invariant($"{suspected.Count} labels are wrong or suspected: low confidence finds wrong labels as well as hard items, so look at them before hardness makes strata.{(suspected.Count > Listed ? Invariant($" The first {Listed}:") : "")}"),
            ],
            Table = suspected.Count == 0 ? null : new ReportTable(
                [new("item"), new("confidence", true), new("variability", true), new("right after", true), new("found")],
                [.. suspected.Take(Listed).Select(item => new[] { item.Item.Id, Invariant($"{item.Dynamics.Confidence:0.000}"), Invariant($"{item.Dynamics.Variability:0.000}"), Invariant($"{item.Dynamics.Correctness} of {result.Epochs}"), item.Item.Triage == Triage.None ? "" : item.Item.Triage.ToString().ToLowerInvariant() })]),
        };
    }
}
