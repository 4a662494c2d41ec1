using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Scoring;

/// <summary>A scorer that is given many responses at once, because a model judges them: in batches, with requests under way together.</summary>
public interface IBatchScorer : IScorer
{
    /// <summary>Scores responses.</summary>
    /// <param name="batch">Items with a response to each; none of the responses is an error.</param>
    /// <param name="progress">Receives how many are done; <c>null</c> for none.</param>
    /// <param name="cancellationToken">Ends the work; cancellation is thrown.</param>
    /// <returns>One score for each pair, in order.</returns>
    /// <exception cref="UserErrorException">The model that judges cannot be used at all.</exception>
    Task<IReadOnlyList<ItemScore>> ScoreAsync(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch, IProgress<int>? progress,
        CancellationToken cancellationToken);
}
