using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Trainers.Data;

/// <summary>Measures accuracy on a selection split: one sample an item at temperature 1, scored.</summary>
/// <remarks>
/// Every measurement of a run draws with the same streams, so two of them differ by what the policy learned and not by chance alone.
/// An unscored response counts as wrong.
/// </remarks>
public sealed class SelectionSplit
{
    private readonly Benchmark _items;
    private readonly IScorer _scorer;
    private readonly SamplingOptions _sampling;
    private readonly IReadOnlyList<GenerationRequest> _requests;

    /// <summary>A split to be measured on.</summary>
    /// <param name="items">The items; no gate may read them.</param>
    /// <param name="scorer">1 is right.</param>
    /// <param name="encoder">Writes the prompts as in training. Borrowed for the call.</param>
    /// <param name="maxNewTokens">Most tokens of a response.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">The scorer has no version.</exception>
    public SelectionSplit(Benchmark items, IScorer scorer, ExampleEncoder encoder, int maxNewTokens, ulong seed)
    {
        if (Scorers.VersionProblem(scorer) is { } problem) throw new ArgumentException(problem, nameof(scorer));
        (_items, _scorer) = (items, scorer);
        _sampling = new SamplingOptions
        {
            MaxNewTokens = maxNewTokens,
            Temperature = 1,
            Seed = new RandomStream(seed, "selection").NextUInt64()
        };
        _requests = [.. items.Items.Select(item => new GenerationRequest { Key = item.Id, PromptIds = encoder.Prompt(item) })];
    }

    /// <summary>Share of the items whose response is right, in [0, 1].</summary>
    /// <param name="generator">Over the policy. Borrowed.</param>
    /// <param name="decode">Text of a response, of the prompt's tokens and its own.</param>
    /// <param name="cancellationToken">Ends the generation.</param>
    public double Accuracy(TokenGenerator generator, Func<IReadOnlyList<int>, IReadOnlyList<int>, string> decode, CancellationToken cancellationToken)
    {
        var sequences = generator.Generate(_requests, _sampling, cancellationToken);
        return _items.Items.Index().Zip(sequences, (item, sequence) => Score(item.Item, new Response
        {
            PromptId = item.Item.Id,
            Text = decode(_requests[item.Index].PromptIds, sequence.NewIds),
            FinishReason = sequence.FinishReason,
            Tokens = sequence.NewIds.Count,
        })).Average();
    }

    private double Score(BenchmarkItem item, Response response) => _scorer.Score(item, response).Value ?? 0;
}
