using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Rescoring;

/// <summary>A benchmark whose stored responses can be scored again.</summary>
/// <param name="Benchmark">The benchmark; for a pool, the result of <see cref="Benchmark.Pool"/> on the suites.</param>
/// <param name="Suites">The suites of a pool, which are the benchmarks that were run; empty if the benchmark itself was run.</param>
public sealed record RescoringTarget(Benchmark Benchmark, IReadOnlyList<Benchmark> Suites)
{
    /// <summary>The benchmarks that were run.</summary>
    public IReadOnlyList<Benchmark> Asked => Suites.Count > 0 ? Suites : [Benchmark];

    /// <summary>The benchmark an item was run in, and its id there.</summary>
    internal (Benchmark Asked, string Id) Source(string itemId)
    {
        foreach (var suite in Suites)
            if (itemId.StartsWith(suite.Name + "/", StringComparison.Ordinal)) return (suite, itemId[(suite.Name.Length + 1)..]);
        return (Benchmark, itemId);
    }

    /// <summary>The id in this benchmark of an item that was run.</summary>
    internal string IdOf(Benchmark asked, string askedId) => Suites.Count > 0 ? $"{asked.Name}/{askedId}" : askedId;
}
