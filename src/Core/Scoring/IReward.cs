using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Scoring;

/// <summary>
/// Rewards responses in training. A verifier that grades a benchmark is the same object that rewards; a reward model is another.
/// </summary>
public interface IReward
{
    /// <summary>Name under which the metric <c>rewards/{Name}/mean</c> is logged.</summary>
    string Name { get; }

    /// <summary>
    /// Changes whenever a reward may change. Name and version decide which runs are the same; a reward without a version is refused.
    /// </summary>
    string Version { get; }

    /// <summary>Rewards a batch; one number for each pair, in order, or <c>null</c> where this reward does not apply.</summary>
    IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch);
}
