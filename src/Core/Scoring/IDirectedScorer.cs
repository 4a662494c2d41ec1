using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Core.Scoring;

/// <summary>A scorer that says what its 1 means, so that a benchmark of another direction can refuse it.</summary>
public interface IDirectedScorer : IScorer
{
    /// <summary>The direction of which its 1 is the good end.</summary>
    MetricDirection Direction { get; }
}
