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

    /// <summary>Tokens of the response so far.</summary>
    public IReadOnlyList<int> NewIds => _newIds;

    /// <summary>Most tokens to come.</summary>
    public int Remaining => limit - _newIds.Count;

    /// <summary>The random number of the next token, in [0, 1); 0 when nothing is drawn.</summary>
    public double NextDraw() => _stream?.NextDouble() ?? 0;

    /// <summary>Appends the next token.</summary>
    public void Append(int id, IReadOnlySet<int> eosIds)
    {
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
