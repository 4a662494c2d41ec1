using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Tests.Rescoring;

/// <summary>"good" is 1, "bad" is 0; what "hedge" is depends on the version of the rules.</summary>
internal sealed class HedgeScorer(string version, double hedge) : IScorer
{
    /// <summary>The rules under which baselines were approved: hedging is fine.</summary>
    public static readonly HedgeScorer Old = new("1", 1);

    /// <summary>The corrected rules: it is not.</summary>
    public static readonly HedgeScorer New = new("2", 0);

    public string Name => "hedge";

    public string Version => version;

    public ItemScore Score(BenchmarkItem item, Response response) => response.Text switch
    {
        "good" => ItemScore.Of(1),
        "bad" => ItemScore.Of(0),
        "hedge" => ItemScore.Of(hedge),
        _ => ItemScore.Unscored("no such word"),
    };
}
