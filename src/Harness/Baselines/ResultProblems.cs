using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>Defects that disqualify a result as evidence, however well-formed its file is.</summary>
internal static class ResultProblems
{
    public static IEnumerable<string> Of(ResultDocument document)
    {
        if (document.Metrics.Count == 0 && document.Kl.Count == 0) yield return "it holds no metric.";
        if (document.Shard is { } shard)
        {
            if (document.Kl.Count > 0) yield return "it is a shard and holds KL, which has no shards.";
            if (shard.Items.Count != document.Metrics.Count) yield return Invariant($"it is a shard with the number of items of {shard.Items.Count} wholes, and has {document.Metrics.Count} metrics.");
            foreach (var (whole, metric) in shard.Items.Zip(document.Metrics))
                if (metric.Measurement.Items.Count != shard.Part.SizeOf(whole)) yield return Invariant($"metric '{metric.Measurement.Metric}': it is shard {shard.Part} of {whole} items, which has {shard.Part.SizeOf(whole)}, and holds {metric.Measurement.Items.Count}.");
        }

        if ((document.Spec is null) != (document.Test is null)) yield return "it names a spec without a test, or a test without a spec.";
        if (document.Recipe is { Seeds.Count: 0 }) yield return "its recipe names no seed.";
        foreach (var twice in document.Metrics.GroupBy(m => m.Measurement.Metric, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"it holds the metric '{twice.Key}' twice.";
        foreach (var twice in document.Kl.GroupBy(kl => kl.Metric, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"it holds the KL on '{twice.Key}' twice.";
        foreach (var problem in document.Kl.SelectMany(kl => kl.Problems())) yield return problem;
        foreach (var result in document.Metrics)
        {
            var m = result.Measurement;
            var prefix = $"metric '{m.Metric}': ";
            if (m.Metric.Length == 0) yield return "a metric has no name.";
            if (m.Model != document.Model) yield return prefix + "it was measured on another model than the file's.";
            foreach (var problem in PairingProblems.Alone(m, "written")) yield return prefix + problem;
            foreach (var problem in m.Sampling.Problems()) yield return prefix + problem;
            foreach (var problem in result.Gate?.Problems() ?? []) yield return prefix + problem;
            foreach (var item in m.Items)
            {
                if (item.Scores.Count != m.Sampling.SamplesPerPrompt) yield return prefix + Invariant($"item '{item.Id}' has {item.Scores.Count} scores; sampling draws {m.Sampling.SamplesPerPrompt}.");
                if (item.ResponseDigests.FirstOrDefault(d => d.Length != 64 || !d.All(char.IsAsciiHexDigitLower)) is { } digest)
                    yield return prefix + $"item '{item.Id}' has the response digest '{digest}', which is no SHA-256.";
                foreach (var problem in ScoreOverrides.Problems(item)) yield return prefix + $"item '{item.Id}' {problem}";
                if (item.UnscoredReasons.Count > item.Scores.Count(s => s is null))
                    yield return prefix + $"item '{item.Id}' has more reasons than unscored samples.";
            }
        }

        if (HalfSurrogate(document)) yield return "a string holds half of a surrogate pair.";
    }

    private static bool HalfSurrogate(ResultDocument d) =>
        new[] { d.Spec, d.Test, d.Model.Name, d.Model.WeightsDigest, d.Model.TokenizerDigest, d.Model.TemplateDigest, d.Model.EngineDigest, d.Recipe?.Name, d.Recipe?.Digest }
            .Concat(d.Recipe?.Settings.SelectMany(setting => new[] { setting.Key, setting.Value }) ?? [])
            .Concat(d.Metrics.SelectMany(m => new[] { m.Measurement.Metric, m.Measurement.Benchmark, m.Measurement.BenchmarkDigest, m.Measurement.Scorer, m.Measurement.ScorerVersion, m.Gate?.Because }
                .Concat(m.Measurement.Items.SelectMany(i => new[] { i.Id, i.Suite, i.Category, i.Behavior }.Concat(i.UnscoredReasons).Concat(i.Overrides.SelectMany(one => new[] { one.Who, one.Why }))))))
            .Concat(d.Kl.SelectMany(kl => new[] { kl.Metric, kl.Benchmark, kl.BenchmarkDigest, kl.TemplateDigest, kl.Reference, kl.Estimator }.Concat(kl.Prompts.Select(prompt => prompt.Key))))
            .OfType<string>().Any(IsBroken);

    private static bool IsBroken(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++; else return true;
        }

        return false;
    }
}
