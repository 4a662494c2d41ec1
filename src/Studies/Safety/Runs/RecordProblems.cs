using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Safety.Plan;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>Contradictions of a record with itself and with what its study measures: a whole file may still be no evidence.</summary>
internal static class RecordProblems
{
    private const double Rounding = 1e-9;

    /// <summary>The first problem, a part of a sentence; <c>null</c> if there is none.</summary>
    public static string? Of(StudyRun run, StudyMetrics metrics)
    {
        if (run.Steps < 0 || !(run.Seconds >= 0) || run.ValidationAccuracy is not (null or (>= 0 and <= 1))) return "its steps, seconds or accuracy are no such numbers";
        foreach (var metric in metrics.All)
        {
            var rates = run.Rates.Where(rate => rate.Metric == metric.Name).ToList();
            if (rates.Count != 1) return Invariant($"it has {rates.Count} rates of '{metric.Name}', of which there is one");
            var (rate, items) = (rates[0], metric.Benchmark.Items.Count);
            if (rate.Items != items || rate.Direction != metric.Benchmark.Direction) return Invariant($"its rate of '{metric.Name}' is of {rate.Items} items ({rate.Direction}); the study asks {items} ({metric.Benchmark.Direction})");
            if (!(rate.Reference >= 0 && rate.Reference <= 1 && rate.Tuned >= 0 && rate.Tuned <= 1)) return Invariant($"its rates of '{metric.Name}' are {rate.Reference} and {rate.Tuned}; a rate lies in [0, 1]");
            if (rate.Unscored < 0 || rate.Unscored > items * metric.Sampling.SamplesPerPrompt) return Invariant($"{rate.Unscored} responses to the {items} items of '{metric.Name}' are unscored");
        }

        return Of(run, run.Lost, metrics.PooledSampled, sign: -1) ?? Of(run, run.Gained, metrics.TestSampled, sign: 1);
    }

    private static string? Of(StudyRun run, IReadOnlyList<double> differences, GatedMetric metric, int sign)
    {
        var sizes = metric.Benchmark.Items.Select((item, place) => item.Behavior ?? Invariant($"\n{place}")).GroupBy(unit => unit, StringComparer.Ordinal).Select(unit => unit.Count()).ToList();
        if (differences.Count != sizes.Count) return Invariant($"it has {differences.Count} differences of '{metric.Name}', which has {sizes.Count} units");
        foreach (var difference in differences)
            if (!(difference >= -1 && difference <= 1)) return Invariant($"a difference of '{metric.Name}' is {difference}; it lies in [-1, 1]");
        var (rate, mean) = (run[metric.Name], differences.Average());
        return sizes.Distinct().Count() == 1 && !(Math.Abs(sign * (rate.Tuned - rate.Reference) - mean) <= Rounding)
            ? Invariant($"its differences of '{metric.Name}' have the mean {mean:0.######}, its rates differ by {sign * (rate.Tuned - rate.Reference):0.######}")
            : null;
    }
}
