using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>Leaves the items of what was measured beside the report.</summary>
internal static class MeasuredItems
{
    /// <param name="subject">What was measured.</param>
    /// <param name="run">The training run; <c>null</c> for a served model.</param>
    /// <param name="benchmark">The benchmark.</param>
    /// <param name="now">The model that is judged.</param>
    /// <param name="untuned">The untuned model, or the one served before; <c>null</c> if there is none.</param>
    /// <param name="approved">The approved result on the same items; <c>null</c> if there is none.</param>
    public static void Keep(Measured subject, TrainedModel? run, Benchmark benchmark, EvaluationResult now, EvaluationResult? untuned, Measurement? approved)
    {
        var measured = now.Measurement;
        var set = new ItemSet
        {
            Model = run?.Record.Name ?? measured.Model.Name,
            Digest = run?.Record.Digest ?? measured.Model.WeightsDigest,
            Seed = run?.Record.Seed,
            Metric = measured.Metric,
            Direction = measured.Direction,
            Items = measured.Items.Count,
            Samples = measured.Items.Count > 0 ? measured.Items[0].Scores.Count : 0,
            HasApproved = approved is not null,
        };
        subject.Session.Keep(set, () => ReportedItems.Of(benchmark, now, untuned, approved, unknown => StoredTexts.Find(subject.Folders.Store, approved!.Model.WeightsDigest, unknown)));
    }
}
