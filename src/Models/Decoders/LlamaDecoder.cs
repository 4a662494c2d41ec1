using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// The decoder of Llama and its relatives: attention of grouped queries and a feed-forward block in each layer, norms around them. What a
/// family does differently is a switch of <see cref="DecoderConfig"/>.
/// </summary>
/// <remarks>
/// Source: arXiv:2302.13971, and transformers' modeling files for each family. B sequences, T new tokens, S tokens seen, D features,
/// H query heads, K key and value heads, G = H / K, E features of a head.
/// </remarks>
public sealed partial class LlamaDecoder : IDecoder
{
    // From here on the logits of a hundred rows are blocks of several megabytes.
    internal const int LargeVocabulary = 16_384;

    private readonly DecoderLayer[] _layers;
    private readonly Dictionary<(RopeSettings Rope, bool IsLong), Tensor> _frequencies = [];
    private readonly Tensor _embedding;
    private readonly Tensor? _positions;
    private readonly Norm _finalNorm;
    private readonly Projection _head;

    /// <summary>
    /// A decoder over weights that fit the configuration; it owns them from now on. <see cref="DecoderFactory"/> checks that they fit.
    /// </summary>
    internal LlamaDecoder(DecoderConfig config, ParameterSet parameters)
    {
        (Config, Parameters) = (config, parameters);
        var names = config.Names;
        _embedding = parameters[names.Embedding + ".weight"];
        if (names.Positions is { } positions) _positions = parameters[positions + ".weight"];
        _finalNorm = new Norm(config, parameters[names.FinalNorm + ".weight"], parameters.GetValueOrDefault(names.FinalNorm + ".bias"));
        _head = new Projection(names.Head, config.HeadIsEmbedding ? _embedding : parameters[names.Head + ".weight"]);
        (Dtype, Device) = (_embedding.dtype, _embedding.device);
        if (Device.type == DeviceType.CPU && config.VocabularySize >= LargeVocabulary) LargeBlocks.ReturnWhenFreed();
        HasFusedAttention = FusedAttention.Serves(config, Device);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new DecoderLayer(config, parameters, layer))];
        Projections = _layers.SelectMany(layer => layer.Projections).Append(_head).ToDictionary(projection => projection.Name, StringComparer.Ordinal);
        Frozen = new FrozenProjections([.. _layers.SelectMany(layer => layer.Groups)]);
        foreach (var rope in config.Rotations)
            foreach (var isLong in (bool[])(rope.LongFrom is null ? [false] : [false, true]))
            {
                using var frequencies = tensor(rope.InverseFrequencies(config.HeadDim, isLong), ScalarType.Float32, Device);
                _frequencies.Add((rope, isLong), (Dtype == ScalarType.Float64 ? frequencies.to(ScalarType.Float64) : frequencies.clone()).DetachFromDisposeScope());
            }
    }

    /// <summary>The architecture.</summary>
    public DecoderConfig Config { get; }

    /// <inheritdoc/>
    public int VocabularySize => Config.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => Config.MaxPositions;

    /// <inheritdoc/>
    public ScalarType Dtype { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public ParameterSet Parameters { get; }

    /// <inheritdoc/>
    /// <remarks>The head is <c>lm_head</c>, tied or not, or <c>score</c>.</remarks>
    public IReadOnlyDictionary<string, Projection> Projections { get; }

    /// <summary>
    /// Whether a step takes nothing from the host, so that its operators can be recorded: experts are picked there, and long sequences start anew.
    /// </summary>
    internal bool HasFixedSteps => Config.LayerPlans.All(plan => plan.Experts is null && plan.Rope?.LongFrom is null);

    /// <summary>Whether passes over several tokens take their attention from one operator of libtorch.</summary>
    internal bool HasFusedAttention { get; }

    /// <summary>Stacked projections for decoding with a cache.</summary>
    internal FrozenProjections Frozen { get; }

    /// <inheritdoc/>
    public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null) => Run(input, cache, null);

    /// <inheritdoc/>
    /// <remarks>The last layer gives all tokens keys and values, and only the last token a state.</remarks>
    public Tensor LastHidden(DecoderInput input, IDecoderCache? cache = null)
    {
        using var scope = NewDisposeScope();
        return Run(input, cache, null, lastOnly: true).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>Tokens are packed: no padding goes through the layers' products.</remarks>
    public Tensor CompletionHidden(CompletionInput input)
    {
        input.RequireSound();
        if (!CanPack(input)) return PaddedCompletions.Hidden(this, input);
        using var scope = NewDisposeScope();
        var plan = new CompletionPlan(this, input);
        return Layers(plan.IdsBT, plan, null, null, lastOnly: false).squeeze(0).index_select(0, plan.PredictingM).MoveToOuterDisposeScope();
    }

    /// <summary>The hidden states of one new token of each row, by operators that can be recorded and repeated.</summary>
    /// <param name="idsB1">[B, 1], int64. Borrowed.</param>
    /// <param name="cache">Keys and values, of this decoder; their length is the caller's to advance. Borrowed.</param>
    /// <param name="plan">Where the tokens go. Its tensors belong to the caller's dispose scope.</param>
    /// <returns>[B, D]. The caller disposes it.</returns>
    internal Tensor StepHidden(Tensor idsB1, KeyValueCache cache, StepPlan plan)
    {
        using var scope = NewDisposeScope();
        return Layers(idsB1, plan, cache, null, lastOnly: true).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>All hidden states: the (scaled) embeddings, the output of each layer, the last after the final norm.</summary>
    /// <param name="input">The input. Borrowed.</param>
    /// <returns>One [B, T, D] for the embeddings and one for each layer. The caller disposes them.</returns>
    public IReadOnlyList<Tensor> HiddenStates(DecoderInput input)
    {
        List<Tensor> states = [];
        var last = Run(input, null, state => states.Add(state.clone().DetachFromDisposeScope()));
        states[^1].Dispose();
        states[^1] = last;
        return states;
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hiddenBTD)
    {
        if (Config.Labels is not null || (Config.LogitsDivisor == 1 && Config.LogitsSoftcap is null)) return _head.Forward(hiddenBTD);
        using var scope = NewDisposeScope();
        var logits = _head.Forward(hiddenBTD);
        if (Config.LogitsDivisor != 1) logits = logits.Over(Config.LogitsDivisor);
        if (Config.LogitsSoftcap is { } cap) logits = logits.Over(cap).tanh().Times(cap);
        return logits.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IDecoderCache CreateCache(long batch, long capacity) => new KeyValueCache(this, batch, capacity);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        Parameters.Dispose();
        foreach (var frequencies in _frequencies.Values) frequencies.Dispose();
        _frequencies.Clear();
    }

    internal Tensor InverseFrequencies(RopeSettings rope, bool isLong) => _frequencies[(rope, isLong)];

    private Tensor Run(DecoderInput input, IDecoderCache? cache, Action<Tensor>? observe, bool lastOnly = false)
    {
        var own = RequireFits(input, cache);
        using var scope = NewDisposeScope();
        var asked = input.IdsBT.shape[1];
        if (own?.History is { } history) input = history.Extend(input, own);
        var hiddenBTD = Layers(input.IdsBT, new ForwardPlan(this, input, own), own, observe, lastOnly);
        own?.Advance(input.IdsBT.shape[1]);
        var read = hiddenBTD.shape[1];
        return (read > asked ? hiddenBTD.narrow(1, read - asked, asked) : hiddenBTD).MoveToOuterDisposeScope();
    }

    private Tensor Layers(Tensor idsBT, IForwardPlan plan, KeyValueCache? cache, Action<Tensor>? observe, bool lastOnly)
    {
        using var scope = NewDisposeScope();
        var hiddenBTD = Embed(idsBT, plan);
        observe?.Invoke(hiddenBTD);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            using var layerScope = NewDisposeScope();
            var next = Layer(layer, hiddenBTD, plan, cache, lastOnly && layer == _layers.Length - 1);
            hiddenBTD.Dispose(); // autograd keeps the parts it needs
            hiddenBTD = next.MoveToOuterDisposeScope();
            observe?.Invoke(hiddenBTD);
        }
        return FinalNorm(hiddenBTD).MoveToOuterDisposeScope();
    }

    private Tensor Layer(int layer, Tensor hiddenBTD, IForwardPlan plan, KeyValueCache? cache, bool lastOnly)
    {
        var weights = _layers[layer];
        var attendedBTD = Attention(layer, Normed(weights.BeforeAttention, hiddenBTD), plan, isFrozen: cache is not null, lastOnly);
        if (lastOnly) hiddenBTD = Last(hiddenBTD);
        var middleBTD = Added(hiddenBTD, Normed(weights.AfterAttention, attendedBTD));
        var changedBTD = weights.FeedForward.Forward(Normed(weights.BeforeMlp, middleBTD), isFrozen: cache is not null);
        return Added(middleBTD, Normed(weights.AfterMlp, changedBTD));
    }

    private Tensor Attention(int layer, Tensor inputBTD, IForwardPlan plan, bool isFrozen, bool lastOnly)
    {
        long batch = inputBTD.shape[0], tokens = inputBTD.shape[1];
        long heads = Config.Heads, keyHeads = Config.KeyValueHeads, features = Config.HeadDim;
        var weights = _layers[layer];
        var rotation = plan.RotationOf(weights.Plan);
        Tensor queries, keys, values;
        if (isFrozen)
        {
            var projected = weights.QueryKeyValue.Joined(inputBTD);
            var queriesAndKeys = NormedQueriesAndKeys(weights, projected);
            projected = projected.view(batch, tokens, heads + 2 * keyHeads, features);
            if (plan.AttendOneToken(layer, queriesAndKeys ?? projected, projected) is { } one) return weights.Output.Forward(one);
            queriesAndKeys = (queriesAndKeys ?? projected).narrow(2, 0, heads + keyHeads);
            if (rotation is not null) queriesAndKeys = rotation.Turn(queriesAndKeys);
            (queries, keys) = (queriesAndKeys.narrow(2, 0, heads), queriesAndKeys.narrow(2, heads, keyHeads));
            values = projected.narrow(2, heads + keyHeads, keyHeads);
        }
        else
        {
            var projected = weights.QueryKeyValue.Forward(inputBTD);
            (queries, keys) = (projected[0], projected[1]);
            if (Config.QueryKeyNorms == QueryKeyNormKind.WholeProjection) (queries, keys) = (weights.QueryNorm!.Forward(queries), weights.KeyNorm!.Forward(keys));
            (queries, keys) = (queries.reshape(batch, tokens, heads, features), keys.reshape(batch, tokens, keyHeads, features));
            values = projected[2].reshape(batch, tokens, keyHeads, features);
            if (Config.QueryKeyNorms == QueryKeyNormKind.PerHead) (queries, keys) = (weights.QueryNorm!.Forward(queries), weights.KeyNorm!.Forward(keys));
            if (rotation is not null) (queries, keys) = (rotation.Turn(queries), rotation.Turn(keys));
        }
        if (!plan.Scales) queries = queries.Times(Config.AttentionScale);
        return weights.Output.Forward(plan.Attend(layer, lastOnly ? Last(queries) : queries, keys, values));
    }

    // Queries and keys out of all projected features, [B, T, H + K, E], where they are normalized.
    private Tensor? NormedQueriesAndKeys(DecoderLayer weights, Tensor projectedBTF)
    {
        long batch = projectedBTF.shape[0], tokens = projectedBTF.shape[1];
        long heads = Config.Heads, keyHeads = Config.KeyValueHeads, features = Config.HeadDim;
        switch (Config.QueryKeyNorms)
        {
            case QueryKeyNormKind.None:
                return null;
            case QueryKeyNormKind.PerHead:
                var both = projectedBTF.view(batch, tokens, heads + 2 * keyHeads, features).narrow(2, 0, heads + keyHeads);
                return weights.QueryNorm!.ForwardHeads(both, weights.KeyNorm!, heads, keyHeads);
            default:
                var queries = weights.QueryNorm!.Forward(projectedBTF.narrow(2, 0, heads * features));
                var keys = weights.KeyNorm!.Forward(projectedBTF.narrow(2, heads * features, keyHeads * features));
                return cat([queries, keys], -1).view(batch, tokens, heads + keyHeads, features);
        }
    }

    private static Tensor Normed(Norm? norm, Tensor x) => norm is null ? x : norm.Forward(x);

    private Tensor Added(Tensor hiddenBTD, Tensor changeBTD) =>
        hiddenBTD.Plus(Config.ResidualScale == 1 ? changeBTD : changeBTD.Times(Config.ResidualScale));

    private static Tensor Last(Tensor xBT) => xBT.narrow(1, xBT.shape[1] - 1, 1);

    private double EmbeddingScale()
    {
        if (!Config.RoundsEmbeddingScale) return Config.EmbeddingScale;
        using var rounded = tensor(Config.EmbeddingScale, ScalarType.Float64).to(Dtype).to(ScalarType.Float64);
        return rounded.item<double>();
    }

    private KeyValueCache? RequireFits(DecoderInput input, IDecoderCache? cache)
    {
        var ids = input.IdsBT.shape;
        if (ids.Length != 2 || ids[0] < 1 || ids[1] < 1)
            throw new ArgumentException($"The ids have shape [{string.Join(", ", ids)}]; they must be [B, T] with at least one token.",
                nameof(input));
        var own = cache switch
        {
            null => null,
            KeyValueCache known when ReferenceEquals(known.Owner, this) => known,
            _ => throw new ArgumentException("The cache was made by another decoder; use the one CreateCache of this decoder gave.",
                nameof(cache)),
        };
        var seen = (own?.Length ?? 0) + ids[1];
        if (own is not null && (own.Batch != ids[0] || seen > own.Capacity))
            throw new ArgumentException(Invariant($"The cache holds {own.Batch} rows and has room for {own.Capacity} tokens; this pass needs {ids[0]} rows and {seen} tokens."), nameof(cache));
        if (own is not null && is_grad_enabled()) throw new ArgumentException("A cache works only with gradients switched off (torch.no_grad): it overwrites what gradients would need.", nameof(cache));
        if (own is not null && input.SegmentsBT is not null)
            throw new ArgumentException("Packed segments and a cache do not go together.", nameof(input));
        Require(input.KeepMaskBT, nameof(input.KeepMaskBT), ids[0], seen, rowsMayBeShared: false);
        Require(input.PositionsBT, nameof(input.PositionsBT), ids[0], ids[1], rowsMayBeShared: true);
        Require(input.SegmentsBT, nameof(input.SegmentsBT), ids[0], ids[1], rowsMayBeShared: false);
        if (seen > MaxPositions && Config.EndsAtMaxPositions && input.SegmentsBT is null) RequirePositions(RealTokens(input, seen));
        return own;
    }

    // Completions of one prompt may differ in the angles of its positions: then it cannot be shared.
    private bool CanPack(CompletionInput input)
    {
        var longest = input.Completions.Max(completion => input.Prompts[completion.Prompt].Count + completion.Ids.Count);
        RequirePositions(longest);
        return !Config.Rotations.Any(rope => rope.LongFrom <= longest);
    }

    private void RequirePositions(long tokens)
    {
        if (tokens > MaxPositions && Config.EndsAtMaxPositions)
            throw new UserErrorException(Invariant($"A sequence has {tokens} tokens; the model has {MaxPositions} positions and cannot read beyond them. Shorten the text."));
    }

    private static long RealTokens(DecoderInput input, long seen)
    {
        if (input.KeepMaskBT is null) return seen;
        using var scope = NewDisposeScope();
        return input.KeepMaskBT.to(ScalarType.Int64).sum(1).max().cpu().item<long>();
    }

    private static void Require(Tensor? tensor, string name, long rows, long columns, bool rowsMayBeShared)
    {
        if (tensor is null) return;
        var shape = tensor.shape;
        if (shape.Length != 2 || shape[1] != columns || (shape[0] != rows && !(rowsMayBeShared && shape[0] == 1)))
            throw new ArgumentException(Invariant($"{name} has shape [{string.Join(", ", shape)}]; with these ids it must be [{rows}, {columns}]."));
    }
}
