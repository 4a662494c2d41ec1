using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One gated metric of a training run, with all the others beside it.</summary>
public sealed record MeasuredRun : MeasuredModel
{
    /// <summary>The run.</summary>
    public required TrainedModel Run { get; init; }

    internal override IReadOnlyList<TrainedModel> Models => [Run];

    internal override TextLine RunLine =>
        new("run", $"{RunWords.Of(Run)}; responses in {Path.Combine(Run.RunDirectory, RunLayout.Evaluations)}");
}
