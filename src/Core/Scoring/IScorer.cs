using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Scoring;

/// <summary>Judges one response to one item. A scorer that throws or returns a value outside [0,1] leaves the item unscored.</summary>
public interface IScorer
{
    /// <summary>Name, such as <c>refusal</c>.</summary>
    string Name { get; }

    /// <summary>Changes whenever a verdict may change. Name and version are part of a result's identity.</summary>
    string Version { get; }

    /// <summary>Scores one response. 1 is the good end of the benchmark's direction.</summary>
    ItemScore Score(BenchmarkItem item, Response response);
}
