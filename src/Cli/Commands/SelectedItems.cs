using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Cli.Commands;

/// <summary>What is asked of a benchmark.</summary>
/// <param name="Suite">The benchmark as it was given.</param>
/// <param name="Whole">What all shards together ask; its digest is the result's.</param>
/// <param name="Asked">What is asked here.</param>
internal sealed record SelectedItems(Benchmark Suite, Benchmark Whole, Benchmark Asked);
