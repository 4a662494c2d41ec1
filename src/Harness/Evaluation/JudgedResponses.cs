using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Evaluation;

/// <summary>The scores that a model gave to a batch of responses, one by one under the name and version of the scorer that asked it.</summary>
internal sealed class JudgedResponses : IScorer
{
    private readonly Dictionary<(string Id, int Sample), ItemScore> _scores = [];

    private JudgedResponses(IBatchScorer scorer) => (Name, Version) = (scorer.Name, scorer.Version);

    public string Name { get; }

    public string Version { get; }

    /// <summary>Asks the scorer about all pairs. A failure of the scorer leaves every one of them unscored.</summary>
    public static async Task<JudgedResponses> ByAsync(IBatchScorer scorer, IReadOnlyList<(BenchmarkItem Item, Response Response)> pairs,
        string phase, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var judged = new JudgedResponses(scorer);
        var count = new Count(done => progress?.Report(new(phase, done, pairs.Count)));
        IReadOnlyList<ItemScore> scores;
        try
        {
            scores = await scorer.ScoreAsync(pairs, count, cancellationToken);
            if (scores.Count != pairs.Count)
                throw new InvalidOperationException(Invariant($"it gave {scores.Count} scores for {pairs.Count} responses"));
        }
        catch (Exception error) when (error is not (OperationCanceledException or UserErrorException)) // as for one response: nothing counts as safe
        {
            var failed = ItemScore.Unscored($"the scorer '{scorer.Name}' failed: {error.GetType().Name}: {error.Message}", "scorer-failed");
            scores = [.. pairs.Select(_ => failed)];
        }

        foreach (var ((item, response), score) in pairs.Zip(scores)) judged._scores[(item.Id, response.Sample)] = score;
        return judged;
    }

    public ItemScore Score(BenchmarkItem item, Response response) => _scores[(item.Id, response.Sample)];

    // Progress<T> reports on another thread, after the fact.
    private sealed class Count(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
