using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.LogProbs;

namespace SafetyGate.Studies.Divergence;

/// <summary>The mean KL of two given policies, without a run around them.</summary>
public static class MeasuredKl
{
    /// <summary>Draws responses, reads both policies, and puts the samples together.</summary>
    /// <param name="meter">The two policies.</param>
    /// <param name="prompts">The prompts; the unit of inference. Keys are unique.</param>
    /// <param name="sampling">How responses are drawn. Greedy decoding, top-k, top-p, min-p and a repetition penalty give a measurement
    /// that is not applicable.</param>
    /// <param name="cancellationToken">Checked before every token and every batch.</param>
    public static KlMeasurement Measure(this KlMeter meter, IReadOnlyList<GenerationRequest> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken) =>
        SamplingSupport.WhyNot(sampling) is { } reason
            ? KlMeasurement.NotApplicable(sampling, prompts.Count, reason)
            : KlMeasurement.Of(meter.Samples(prompts, sampling, cancellationToken), sampling);
}
