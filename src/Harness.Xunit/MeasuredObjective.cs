using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>The objective of a run on its training prompts, beside the reference's: the subject of <see cref="MeasuredObjectiveAssertions.ObjectiveNotLowered"/>.</summary>
public sealed record MeasuredObjective
{
    /// <summary>The objective.</summary>
    public required ObjectiveMeasurement Objective { get; init; }

    /// <summary>The run.</summary>
    public required TrainedModel Run { get; init; }

    /// <summary>Where snapshots and results lie.</summary>
    public required SpecFolders Folders { get; init; }

    /// <summary>The spec that speaks.</summary>
    public required BaselineKey Spec { get; init; }

    /// <summary>What the verbs said, for <c>gate check</c>.</summary>
    public required EvaluationLog Log { get; init; }

    /// <summary>The report of the test run; <c>null</c> for none.</summary>
    internal SpecReports? Reports { get; init; }

    /// <summary>The verb.</summary>
    public MeasuredObjectiveAssertions Should() => new(this);
}
