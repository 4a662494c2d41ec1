using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Rescoring;

/// <summary>Gives the scores that were written beside responses when they were drawn.</summary>
internal sealed class RecordedScores(string name, string version, IEnumerable<ScoredResponse> recorded) : IScorer
{
    private readonly Dictionary<(string Id, int Sample), ItemScore> _scores = recorded.ToDictionary(r => (r.Response.PromptId, r.Response.Sample), r => r.Score);

    public string Name => name;

    public string Version => version;

    public ItemScore Score(BenchmarkItem item, Response response) => _scores[(item.Id, response.Sample)];
}
