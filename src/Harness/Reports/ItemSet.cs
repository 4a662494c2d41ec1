using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Reports;

/// <summary>Which items a file of items holds: those of one metric of one model; its first line.</summary>
public sealed record ItemSet
{
    /// <summary>The test run that measured them; <c>null</c>: not recorded, which no page shows.</summary>
    public TestRun? TestRun { get; init; }

    /// <summary>Name of the training run's recipe, or of the served model.</summary>
    public required string Model { get; init; }

    /// <summary>Key of the run in the store, or the digest of the served model.</summary>
    public required string Digest { get; init; }

    /// <summary>Seed of the training run; <c>null</c> for a served model.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Meaning of a score of 1.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>Items that were measured.</summary>
    public required int Items { get; init; }

    /// <summary>Samples of each item.</summary>
    public required int Samples { get; init; }

    /// <summary>Whether the answers of the approved run stand beside those of now.</summary>
    public required bool HasApproved { get; init; }
}
