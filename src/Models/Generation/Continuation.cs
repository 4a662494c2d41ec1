using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Generation;

/// <summary>One response in the making: its own stream, its tokens so far.</summary>
internal sealed class Continuation(GenerationRequest request, int sample, SamplingOptions sampling, int limit)
{
    private readonly RandomStream? _stream = sampling.IsGreedy
        ? null
        : new RandomStream(sampling.Seed, Invariant($"sampling/{request.Key}/{sample}"));
    private readonly List<int> _newIds = [];

    public string Key => request.Key;

    public IReadOnlyList<int> PromptIds => request.PromptIds;

    public bool IsFinished { get; private set; }

    public int LastId => _newIds[^1];

    /// <summary>Draws the next token from its logits, which are overwritten.</summary>
    public void Step(Span<double> logitsV, IReadOnlySet<int> eosIds)
    {
        int id;
        if (_stream is null && sampling.RepetitionPenalty == 1)
        {
            id = NextTokenDistribution.Largest(logitsV);
        }
        else
        {
            NextTokenDistribution.FromLogits(logitsV, sampling, PromptIds.Concat(_newIds));
            id = _stream is null ? logitsV.IndexOf(1.0) : NextTokenDistribution.Pick(logitsV, _stream.NextDouble());
        }
        _newIds.Add(id);
        IsFinished = eosIds.Contains(id) || _newIds.Count >= limit;
    }

    public GeneratedSequence Result(IReadOnlySet<int> eosIds) => new()
    {
        Key = request.Key,
        Sample = sample,
        NewIds = _newIds,
        FinishReason = _newIds.Count > 0 && eosIds.Contains(LastId) ? FinishReason.Stop : FinishReason.Length,
    };
}
