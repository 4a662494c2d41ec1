using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Continues prompts: batches of similar length, padded on the left, one read of each distinct prompt, then a token a step.
/// </summary>
/// <remarks>
/// Every continuation draws from its own stream, <c>sampling/KEY/SAMPLE</c>, by the inverse of its cumulated float64 probabilities, so
/// each response is independent of the rest of the batch. On the CPU a batch runs in pieces on threads of their own; on a GPU tokens come
/// back a block at a time, and steps are recorded where <see cref="GraphSupport"/> says so. Gradients are switched off. Not thread-safe.
/// </remarks>
public sealed class TokenGenerator
{
    private const long SmallNumbers = 1 << 22; // 16 MiB of float32
    private const long TinyNumbers = 1 << 12; // a step of so few numbers costs less than the threads of two pieces
    private const int Piece = 64; // rows below which products slow down
    private readonly IDecoder _decoder;
    private readonly bool _isSmall;
    private readonly bool _isTiny;
    private readonly IReadOnlySet<int> _eosIds;
    private readonly int _padId;
    private readonly GenerationBudget _budget;
    private StepDecoding? _steps;

    /// <summary>A generator over a decoder, which is borrowed.</summary>
    /// <param name="decoder">Source of the logits.</param>
    /// <param name="eosIds">Tokens that end a response; may be empty.</param>
    /// <param name="padId">Padding of rows on the left; any token of the vocabulary will do, it is never attended to.</param>
    /// <param name="budget">How much at once; defaults when <c>null</c>.</param>
    /// <exception cref="ArgumentException">An id is outside the vocabulary, or the budget is invalid.</exception>
    public TokenGenerator(IDecoder decoder, IEnumerable<int> eosIds, int padId = 0, GenerationBudget? budget = null)
    {
        (_decoder, _eosIds, _padId, _budget) = (decoder, eosIds.ToHashSet(), padId, budget ?? new GenerationBudget());
        var numbers = decoder.Parameters.NumberCount;
        (_isSmall, _isTiny) = (numbers <= SmallNumbers, numbers <= TinyNumbers);
        foreach (var id in _eosIds.Append(padId)) RequireInVocabulary(id, "the end or padding token");
        var problems = _budget.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(' ', problems), nameof(budget));
    }

    /// <summary>Steps of fixed shape instead of the CPU's own way; set by whoever tries them there.</summary>
    internal StepDecoding? Steps { get => _steps; init => _steps = value; }

    /// <summary>Continues every prompt.</summary>
    /// <param name="requests">The prompts to continue; keys are unique.</param>
    /// <param name="sampling">How to draw. A response also ends when the decoder's positions are used up.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    /// <param name="finished">Receives the number of finished responses whenever it grows; may be <c>null</c>.</param>
    /// <returns>One continuation for each request and sample, in the order of the requests, samples of a request together.</returns>
    /// <exception cref="ArgumentException">The options are invalid, a key is duplicated, a prompt is empty, fills all positions or has an
    /// id outside the vocabulary.</exception>
    /// <exception cref="UserErrorException">The model gives logits that are not numbers.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling,
        CancellationToken cancellationToken, Action<int>? finished = null)
    {
        RequireSound(requests, sampling);
        var continuations = requests
            .SelectMany(request => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(sample =>
                new Continuation(request, sample, sampling,
                    Math.Min(sampling.MaxNewTokens, _decoder.MaxPositions - request.PromptIds.Count))))
            .ToList();
        if (continuations.Count == 0) return [];
        var longest = (int)Math.Min(sampling.MaxNewTokens, (long)_decoder.MaxPositions - requests.Min(request => request.PromptIds.Count));
        _steps ??= GraphSupport.DecodingOn(_decoder.Device);
        var done = 0;
        foreach (var batch in PromptBatches.Of(continuations, longest, _budget))
        {
            var rows = PromptBatches.Rows(batch);
            EngineThreads.Run([.. PromptBatches.Pieces(batch, PieceCount(rows)).Select<IReadOnlyList<SharedPrompt>, Action>(piece => () => RunBatch(piece, sampling, longest, cancellationToken))]);
            done += rows;
            finished?.Invoke(done);
        }
        return [.. continuations.Select(continuation => continuation.Result(_eosIds))];
    }

    // A small model's weights stay in the processor's cache, and with few rows at once keys and values stay there too. A large model's
    // weights are read by every piece, so there are no more of them than threads.
    private int PieceCount(int rows)
    {
        if (_steps is not null || _isTiny) return 1;
        if (_isSmall) return rows < Piece / 2 ? 1 : Math.Max(2, rows / Piece);
        return rows < 2 * Piece ? 1 : Math.Min(get_num_threads(), rows / Piece);
    }

    private void RunBatch(IReadOnlyList<SharedPrompt> prompts, SamplingOptions sampling, int maxNewTokens, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var noGradients = no_grad(); // holds for a thread
        using var scope = NewDisposeScope();
        var length = prompts.Max(prompt => prompt.Ids.Count);
        var capacity = length + maxNewTokens;
        var steps = _decoder is LlamaDecoder { HasFixedSteps: true } ? _steps : null;
        using var cache = _decoder.CreateCache(prompts.Count, steps is null ? capacity : StepBatch.Room(length + 1, capacity));
        using var rows = new BatchRows(prompts, length, capacity, _padId, _decoder.Device, sampling.RepetitionPenalty != 1);
        Step(rows, cache, rows.Prompts(), sampling);
        if (steps is not null && _decoder is LlamaDecoder decoder && cache is KeyValueCache own)
        {
            new StepBatch(decoder, own, sampling, _eosIds, steps).Run(rows.Unfinished, capacity, cancellationToken);
            return;
        }
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.DropFinished(cache);
            if (rows.AllFinished) return;
            Step(rows, cache, rows.NextTokens(), sampling);
        }
    }

    private void Step(BatchRows rows, IDecoderCache cache, DecoderInput input, SamplingOptions sampling)
    {
        using var scope = NewDisposeScope();
        rows.Draw(_decoder.Logits(_decoder.LastHidden(input, cache)), sampling, _eosIds, cache);
    }

    private void RequireSound(IReadOnlyList<GenerationRequest> requests, SamplingOptions sampling)
    {
        var problems = sampling.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(' ', problems), nameof(sampling));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            if (!keys.Add(request.Key)) throw new ArgumentException($"Two requests have the key '{request.Key}'; keys must be unique, because a key names a random stream.", nameof(requests));
            if (request.PromptIds.Count == 0)
                throw new ArgumentException($"Request '{request.Key}' has an empty prompt; there is nothing to continue.",
                    nameof(requests));
            if (request.PromptIds.Count >= _decoder.MaxPositions)
                throw new ArgumentException(Invariant($"Request '{request.Key}' has {request.PromptIds.Count} tokens; the model has {_decoder.MaxPositions} positions, so at most {_decoder.MaxPositions - 1} leave room for an answer."), nameof(requests));
            foreach (var id in request.PromptIds) RequireInVocabulary(id, $"request '{request.Key}'");
        }
    }

    private void RequireInVocabulary(int id, string where)
    {
        if ((uint)id >= (uint)_decoder.VocabularySize)
            throw new ArgumentException(Invariant($"{where} has token {id}; the model's vocabulary has {_decoder.VocabularySize} tokens, from 0."));
    }
}
