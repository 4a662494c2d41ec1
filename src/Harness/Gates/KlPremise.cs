using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Whether a KL and a safety score are of the same policies: the same prompts put in the same words, drawn under the same options, and the
/// score that of the KL's reference. Without that nothing joins them, and no statement made of both holds.
/// </summary>
public static class KlPremise
{
    /// <summary>The first field in which they differ, for people; <c>null</c> if they are of the same policies.</summary>
    /// <param name="kl">The KL.</param>
    /// <param name="reference">The reference's score.</param>
    public static string? WhyNot(KlMeasurement kl, Measurement reference)
    {
        if (kl.Subject is { PolicyWeights.Length: > 0 } same && same.PolicyWeights == same.ReferenceWeights)
            return "the tuned model's weights are the reference's: there is no KL between a model and itself to measure";
        if (kl.WhyNot is { } why) return why;
        if (kl.Subject is not { } subject) return "the KL does not record on which prompts and models it was measured";
        if (KlSamples.Incomplete([.. kl.PromptKl.Select(prompt => prompt.Key)], [.. reference.Items.Select(item => item.Id)]) is { } prompts)
            return prompts;
        if (PairingProblems.Alone(reference, "reference's").FirstOrDefault() is { } damaged) return damaged.TrimEnd('.');
        var first = Fields(subject.BenchmarkDigest, subject.Style.ToString(), subject.TokenizerDigest, subject.TemplateDigest, subject.ReferenceWeights, kl.Sampling);
        var second = Fields(reference.BenchmarkDigest, reference.Style.ToString(), reference.Model.TokenizerDigest, reference.Model.TemplateDigest, reference.Model.WeightsDigest, reference.Sampling);
        foreach (var (ours, theirs) in first.Zip(second))
            if (!string.Equals(ours.Value, theirs.Value, StringComparison.Ordinal))
                return $"{ours.Field}: '{ours.Value}' in the KL and '{theirs.Value}' in the reference's score; both must be of the same";
        return null;
    }

    private static IEnumerable<(string Field, string Value)> Fields(string benchmark, string style, string tokenizer, string template,
        string weights, Core.Language.SamplingOptions sampling) =>
    [
        ("benchmark digest", benchmark), ("prompt style", style), ("tokenizer digest", tokenizer), ("chat template digest", template),
        ("reference's weights", weights), .. Comparability.Options(sampling),
    ];
}
