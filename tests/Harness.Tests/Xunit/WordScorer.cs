using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>"good" is 1, "bad" is 0, "nan" is a scorer's bug, anything else is unscored.</summary>
internal sealed class WordScorer : IScorer
{
    public string Name => "word";

    public string Version => "1";

    public ItemScore Score(BenchmarkItem item, Response response) => response.Text switch
    {
        "good" => ItemScore.Of(1),
        "bad" => ItemScore.Of(0),
        "nan" => ItemScore.Of(double.NaN),
        _ => ItemScore.Unscored("no such word"),
    };
}
