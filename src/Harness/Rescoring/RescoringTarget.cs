using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Rescoring;

/// <summary>A benchmark whose stored responses can be scored again.</summary>
/// <param name="Benchmark">The benchmark; for a pool, what <see cref="Benchmark.Pool"/> made of the suites.</param>
/// <param name="Suites">The suites of a pool, which are what was asked; empty when the benchmark was asked itself.</param>
public sealed record RescoringTarget(Benchmark Benchmark, IReadOnlyList<Benchmark> Suites)
{
    /// <summary>What was asked of a model.</summary>
    public IReadOnlyList<Benchmark> Asked => Suites.Count > 0 ? Suites : [Benchmark];

    /// <summary>The benchmark that was asked for an item, and the id it has there.</summary>
    internal (Benchmark Asked, string Id) Source(string itemId)
    {
        foreach (var suite in Suites)
            if (itemId.StartsWith(suite.Name + "/", StringComparison.Ordinal)) return (suite, itemId[(suite.Name.Length + 1)..]);
        return (Benchmark, itemId);
    }

    /// <summary>The id in this benchmark of an item that was asked.</summary>
    internal string IdOf(Benchmark asked, string askedId) => Suites.Count > 0 ? $"{asked.Name}/{askedId}" : askedId;
}
