using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Runs;

/// <summary>Placeholder scorer for responses whose rewards are read from the responses themselves.</summary>
internal sealed class RewardIsReadLater : IScorer
{
    public string Name => "reward";

    public string Version => "1";

    public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Unscored("its reward is read from the response");
}
