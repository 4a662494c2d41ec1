using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Arms;

/// <summary>One tuned model beside its untuned reference.</summary>
public sealed record PocketArm
{
    /// <summary>Name of the recipe.</summary>
    public required string Name { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether the run was trained now or taken from the store.</summary>
    public required RunOrigin Origin { get; init; }

    /// <summary>Folder of the run: metrics, checkpoint, responses.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Updates the run made.</summary>
    public required long Steps { get; init; }

    /// <summary>Accuracy at temperature 1 on the selection split when it stopped; <c>null</c> when the run did not measure it.</summary>
    public required double? SelectionAccuracy { get; init; }

    /// <summary>Seconds the training took when it was made.</summary>
    public required double Seconds { get; init; }

    /// <summary>Reward, safety and KL before and after, and each bound; <c>null</c> if it was not measured.</summary>
    public RunDrift? Drift { get; init; }

    /// <summary>Every metric, in the order requested.</summary>
    public required IReadOnlyList<PocketArmMetric> Metrics { get; init; }

    /// <summary>The metric of that name.</summary>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public PocketArmMetric this[GatedMetric metric] => Metrics.FirstOrDefault(measured => measured.Metric.Name == metric.Name)
        ?? throw new KeyNotFoundException($"'{metric.Name}' was not measured on {Name}.");

    /// <summary>Adversarial suites that regressed by themselves.</summary>
    public IReadOnlyList<string> RegressedSuites(PocketMetrics metrics) =>
        [.. metrics.Suites.Select(suite => this[suite]).Where(measured => measured.Outcome.Verdict == Verdict.Regressed).Select(measured => measured.Metric.Benchmark.Name)];
}
