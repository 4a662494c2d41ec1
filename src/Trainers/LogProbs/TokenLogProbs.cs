using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>
/// Log-probabilities of chosen tokens from the last hidden states, with what else a loss needs of their distributions, and the way a loss's
/// gradient takes back into the hidden states. No more distributions exist at once than a budget allows.
/// </summary>
/// <remarks>
/// Work that fits one chunk is one differentiable pass. Larger work is done twice: first without gradients, chunk by chunk, all numbers; a
/// loss on them gives its derivative by each number; then chunk by chunk again, each chunk's numbers times those derivatives, summed and
/// differentiated into the hidden states and the head. The gradients are the same up to the order of sums. Owns its tensors.
/// </remarks>
public sealed class TokenLogProbs : IDisposable
{
    private const string Part = "a chunk of logits";
    private const string Smaller = "set options.gradient_checkpointing to true or lower options.micro_batch_tokens, which leaves more room beside it";
    private readonly IDecoder? _decoder;
    private readonly Tensor? _hiddenND;
    private readonly Tensor _targetsN;
    private readonly TokenQuery _query;
    private readonly TokenStatistics _numbers;

    private TokenLogProbs(IDecoder? decoder, Tensor? hiddenND, Tensor targetsN, TokenQuery query, TokenStatistics numbers) =>
        (_decoder, _hiddenND, _targetsN, _query, _numbers) = (decoder, hiddenND, targetsN, query, numbers);

    /// <summary>[N], nats: log-probability of each target; differentiable. Borrowed, as the others are.</summary>
    public Tensor LogProbsN => _numbers.LogProbsN;

    /// <summary>[N], nats: entropies; differentiable where the query says so.</summary>
    /// <exception cref="InvalidOperationException">The query did not ask for them.</exception>
    public Tensor EntropiesN => _numbers.EntropiesN ?? throw NotAsked(nameof(TokenQuery.Entropies));

    /// <summary>[N], nats: mean of the log-probabilities of all tokens; differentiable.</summary>
    /// <exception cref="InvalidOperationException">The query did not ask for them.</exception>
    public Tensor MeansN => _numbers.MeansN ?? throw NotAsked(nameof(TokenQuery.Means));

    /// <summary>[N], bool: whether the target is the likeliest token.</summary>
    /// <exception cref="InvalidOperationException">The query did not ask for them.</exception>
    public Tensor LikeliestN => _numbers.LikeliestN ?? throw NotAsked(nameof(TokenQuery.Likeliest));

    /// <summary>[N], nats: log Σ p² of each distribution. No gradients.</summary>
    /// <exception cref="InvalidOperationException">The query did not ask for them.</exception>
    public Tensor CollisionsN => _numbers.CollisionsN ?? throw NotAsked(nameof(TokenQuery.Collisions));

    /// <summary>[N]: mean logit over the vocabulary. No gradients.</summary>
    /// <exception cref="InvalidOperationException">The query did not ask for them.</exception>
    public Tensor MeanLogitsN => _numbers.MeanLogitsN ?? throw NotAsked(nameof(TokenQuery.MeanLogits));

    /// <summary>Whether gradients need a second pass over the logits.</summary>
    internal bool IsInChunks => _decoder is not null;

    /// <summary>Computes them, for a loss where gradients are on.</summary>
    /// <param name="decoder">Its head gives the logits. Borrowed, until <see cref="Backward"/>.</param>
    /// <param name="hiddenND">[N, D]: the hidden state before each target; part of the decoder's graph, or a leaf. Borrowed; kept alive.</param>
    /// <param name="targetsN">[N], int64. Borrowed; kept alive.</param>
    /// <param name="query">What is asked.</param>
    /// <returns>The numbers; the caller disposes them.</returns>
    public static TokenLogProbs Of(IDecoder decoder, Tensor hiddenND, Tensor targetsN, TokenQuery query)
    {
        var tokens = hiddenND.shape[0];
        var chunk = ChunkTokens(decoder, query);
        if (tokens <= chunk) return OfLogits(decoder.Logits(hiddenND), targetsN, query);
        var trained = is_grad_enabled() && hiddenND.requires_grad;
        using var noGradients = no_grad();
        var parts = new List<TokenStatistics>();
        for (var at = 0L; at < tokens; at += chunk)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(chunk, tokens - at);
            var start = at;
            parts.Add(OutOfMemory.Guard(Part, Smaller, () => TokenStatistics.Of(decoder.Logits(hiddenND.narrow(0, start, length)), targetsN.narrow(0, start, length), query).DetachFromDisposeScope()));
        }

        var numbers = TokenStatistics.Joined(parts).DetachFromDisposeScope();
        if (!trained) return new(null, null, targetsN, query, numbers);
        numbers.LogProbsN.requires_grad_(true);
        numbers.MeansN?.requires_grad_(true);
        if (query.EntropiesAreTrained) numbers.EntropiesN?.requires_grad_(true);
        return new(decoder, hiddenND.alias().DetachFromDisposeScope(), targetsN.alias().DetachFromDisposeScope(), query, numbers);
    }

    /// <summary>Reads them off logits that exist, in one differentiable pass.</summary>
    /// <param name="logitsNV">[N, V]. Owned by this call, which frees them.</param>
    /// <param name="targetsN">[N], int64. Borrowed.</param>
    /// <param name="query">What is asked.</param>
    /// <returns>The numbers; the caller disposes them.</returns>
    internal static TokenLogProbs OfLogits(Tensor logitsNV, Tensor targetsN, TokenQuery query) =>
        new(null, null, targetsN, query, TokenStatistics.Of(logitsNV, targetsN, query).DetachFromDisposeScope());

    /// <summary>Adds the gradients of a loss on these numbers to all that the hidden states and the head were computed from.</summary>
    /// <param name="loss">Scalar. Borrowed. Called once.</param>
    /// <param name="collect">Called after each chunk: takes the head's gradient so far out of it, so that sums of chunks can be kept in a
    /// wider type than the head's.</param>
    public void Backward(Tensor loss, Action? collect = null)
    {
        loss.backward();
        if (_decoder is not { } decoder) return;
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var (hiddenND, tokens, chunk) = (_hiddenND!, _hiddenND!.shape[0], ChunkTokens(decoder, _query));
        var gradientND = empty_like(hiddenND);
        for (var at = 0L; at < tokens; at += chunk)
        {
            using var inner = NewDisposeScope();
            var length = Math.Min(chunk, tokens - at);
            var partND = hiddenND.narrow(0, at, length).detach().requires_grad_(true);
            var start = at;
            OutOfMemory.Guard(Part, Smaller, () =>
            {
                using var numbers = TokenStatistics.Of(decoder.Logits(partND), _targetsN.narrow(0, start, length), _query with { Likeliest = false, Collisions = false, MeanLogits = false, Entropies = _query.EntropiesAreTrained });
                using var weighted = Weighted(numbers, start, length);
                weighted.backward();
            });
            using var noGradients = no_grad();
            gradientND.narrow(0, at, length).copy_(partND.grad!);
            collect?.Invoke();
        }

        autograd.backward(hiddenND, gradientND);
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _numbers.Dispose();
        if (!IsInChunks) return;
        _hiddenND!.Dispose();
        _targetsN.Dispose();
    }

    /// <summary>Tokens whose distributions exist at once.</summary>
    internal static long ChunkTokens(IDecoder decoder, TokenQuery query) => LogitsBudget.Tokens(decoder.VocabularySize,
        query.Dtype ?? decoder.Dtype, query.TableBytes ?? LogitsBudget.Of(decoder.Device));

    // The chunk's numbers, each times the loss's derivative by it: its gradient is the loss's.
    private Tensor Weighted(TokenStatistics numbers, long at, long length)
    {
        using var scope = NewDisposeScope();
        var terms = new[] { (numbers.LogProbsN, _numbers.LogProbsN), (numbers.EntropiesN, _numbers.EntropiesN), (numbers.MeansN, _numbers.MeansN) }
            .Where(pair => pair.Item1 is not null && pair.Item2 is { requires_grad: true })
            .Select(pair => (Number: pair.Item1!, Derivative: pair.Item2!.grad)).Where(pair => pair.Derivative is not null)
            .Select(pair => (pair.Number * pair.Derivative!.narrow(0, at, length)).sum()).ToList();
        return (terms.Count == 0 ? numbers.LogProbsN.sum().Times(0) : terms.Aggregate((sum, term) => sum.Plus(term))).MoveToOuterDisposeScope();
    }

    private static InvalidOperationException NotAsked(string what) => new($"The query of these log-probabilities has no {what}.");
}
