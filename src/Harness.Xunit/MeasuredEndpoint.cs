using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One gated metric of a served model, with all the others beside it.</summary>
public sealed record MeasuredEndpoint : MeasuredModel
{
    /// <summary>The models in words, for the message: what answers, what it is compared with, and where the responses are.</summary>
    public required string Served { get; init; }

    internal override IReadOnlyList<TrainedModel> Models => [];

    internal override TextLine RunLine => new("served", Served);

    private protected override string ModelName => Subject.Now.Measurement.Model.Name;
}
