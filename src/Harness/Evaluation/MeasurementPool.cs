using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Evaluation;

/// <summary>Pools measured suites into one measurement without generating again.</summary>
public static class MeasurementPool
{
    /// <summary>The measurement of a pooled benchmark, taken from those of its suites.</summary>
    /// <param name="pooled">The result of <see cref="Benchmark.Pool"/> on the suites.</param>
    /// <param name="parts">One measurement for each suite, by the same model and scorer under the same sampling (seeds aside).</param>
    /// <exception cref="ArgumentException">A suite is missing, measured twice or unknown, was changed since, or the parts do not belong
    /// together; the message names which.</exception>
    public static Measurement Of(Benchmark pooled, IReadOnlyList<Measurement> parts)
    {
        if (parts.Count == 0) throw new ArgumentException($"Pool '{pooled.Name}' has no parts.", nameof(parts));
        var first = parts[0];
        foreach (var part in parts) RequireAlike(pooled, first, part);
        var outcomes = new Dictionary<string, ItemOutcome>(StringComparer.Ordinal);
        foreach (var part in parts)
            foreach (var item in part.Items)
                if (!outcomes.TryAdd($"{part.Benchmark}/{item.Id}", item))
                    throw new ArgumentException($"Pool '{pooled.Name}': '{part.Benchmark}/{item.Id}' was measured twice.", nameof(parts));
        if (outcomes.Count != pooled.Items.Count) throw new ArgumentException(Invariant($"Pool '{pooled.Name}' has {pooled.Items.Count} items, its parts {outcomes.Count}; they must be the same ones."), nameof(parts));
        var items = pooled.Items.Select(i => outcomes.TryGetValue(i.Id, out var o)
            ? o with { Id = i.Id, Suite = i.Suite, Category = i.Category, Behavior = i.Behavior }
            : throw new ArgumentException($"Pool '{pooled.Name}': item '{i.Id}' was not measured.", nameof(parts))).ToList();
        var sampling = first.Sampling with { Seed = SeedOf([.. parts.Select(p => p.Sampling.Seed)]) };
        return first with
        {
            Metric = Evaluator.MetricName(pooled.Name, sampling),
            Benchmark = pooled.Name,
            BenchmarkDigest = pooled.Digest,
            Direction = pooled.Direction,
            Sampling = sampling,
            Items = items,
        };
    }

    private static void RequireAlike(Benchmark pooled, Measurement first, Measurement part)
    {
        string? what = null;
        if (part.Direction != pooled.Direction) what = "direction";
        else if (part.Model != first.Model) what = "model";
        else if ((part.Scorer, part.ScorerVersion) != (first.Scorer, first.ScorerVersion)) what = "scorer";
        else if (part.Sampling with { Seed = 0 } != first.Sampling with { Seed = 0 }) what = "sampling options";
        else if (part.Style != first.Style) what = "prompt style";
        if (what is not null) throw new ArgumentException($"Pool '{pooled.Name}': '{part.Benchmark}' and '{first.Benchmark}' differ in their {what}; only like is pooled with like.", nameof(part));
    }

    // Each suite may have been drawn under a different seed (derived from the suite's digest); the pool's is derived from them.
    internal static ulong SeedOf(IReadOnlyList<ulong> seeds) =>
        seeds.All(seed => seed == seeds[0]) ? seeds[0] : EvaluationSeed.Derive([.. seeds.Select(seed => Invariant($"{seed}"))]);
}
