using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The objective of a run on its training prompts, beside the reference's: the subject of <see cref="GateAssertions.ObjectiveNotLowered"/>.
/// </summary>
public sealed record MeasuredObjective : Measured
{
    /// <summary>The objective.</summary>
    public required ObjectiveMeasurement Objective { get; init; }

    /// <summary>The run.</summary>
    public required TrainedModel Run { get; init; }

    /// <summary>Why the trained model is its reference itself; <c>null</c> if it is another.</summary>
    public string? Untuned { get; init; }

    /// <summary>The run whose objective it is.</summary>
    public override string ToString() => "objective of " + Run.Record.Name;

    internal override IReadOnlyList<TrainedModel> Models => [Run];

    internal override TextLine RunLine => new("run", $"{RunWords.Of(Run)}; {Run.RunDirectory}");
}
