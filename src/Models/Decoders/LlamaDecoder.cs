using SafetyGate.Models.Engine;
using SafetyGate.Models.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// The decoder of Llama and its relatives: RMS norms, rotary positions, grouped queries, a gated feed-forward block. What a
/// family does differently is a switch of <see cref="DecoderConfig"/>.
/// </summary>
/// <remarks>
/// Source: arXiv:2302.13971, and transformers' modeling files for each family. B sequences, T new tokens, S tokens seen, D features,
/// H query heads, K key and value heads, G = H / K, E features of a head.
/// </remarks>
public sealed partial class LlamaDecoder : IDecoder
{
    private readonly DecoderLayer[] _layers;
    private readonly Dictionary<RopeSettings, Tensor> _frequencies = [];
    private readonly Tensor _embedding, _finalNorm;
    private readonly Projection _head;

    /// <summary>
    /// A decoder over weights that fit the configuration; it owns them from now on. <see cref="DecoderFactory"/> checks that they fit.
    /// </summary>
    internal LlamaDecoder(DecoderConfig config, ParameterSet parameters)
    {
        (Config, Parameters) = (config, parameters);
        _embedding = parameters[ParameterShapes.Embedding];
        _finalNorm = parameters[ParameterShapes.FinalNorm];
        _head = new Projection("lm_head", config.TieWordEmbeddings ? _embedding : parameters[ParameterShapes.Head]);
        (Dtype, Device) = (_embedding.dtype, _embedding.device);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(layer => new DecoderLayer(config, parameters, layer))];
        Projections = _layers.SelectMany(layer => layer.Projections).Append(_head).ToDictionary(projection => projection.Name, StringComparer.Ordinal);
        Frozen = new FrozenProjections(_layers);
        foreach (var rope in config.LayerPlans.Select(plan => plan.Rope).Distinct())
        {
            using var frequencies = tensor(rope.InverseFrequencies(config.HeadDim), ScalarType.Float32, Device);
            _frequencies.Add(rope,
                (Dtype == ScalarType.Float64 ? frequencies.to(ScalarType.Float64) : frequencies.clone()).DetachFromDisposeScope());
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
    /// <remarks>The head is <c>lm_head</c>, tied or not.</remarks>
    public IReadOnlyDictionary<string, Projection> Projections { get; }

    /// <summary>Stacked copies for decoding with a cache.</summary>
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
    public Tensor Logits(Tensor hiddenBTD) => _head.Forward(hiddenBTD);

    /// <inheritdoc/>
    public IDecoderCache CreateCache(long batch, long capacity) => new KeyValueCache(this, batch, capacity);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        Parameters.Dispose();
        foreach (var frequencies in _frequencies.Values) frequencies.Dispose();
        _frequencies.Clear();
    }

    internal Tensor InverseFrequencies(RopeSettings rope) => _frequencies[rope];

    private Tensor Run(DecoderInput input, IDecoderCache? cache, Action<Tensor>? observe, bool lastOnly = false)
    {
        var own = RequireFits(input, cache);
        using var scope = NewDisposeScope();
        var hiddenBTD = Layers(input.IdsBT, new ForwardPlan(this, input, own), own, observe, lastOnly);
        own?.Advance(input.IdsBT.shape[1]);
        return hiddenBTD.MoveToOuterDisposeScope();
    }

    private Tensor Layers(Tensor idsBT, IForwardPlan plan, KeyValueCache? cache, Action<Tensor>? observe, bool lastOnly)
    {
        using var scope = NewDisposeScope();
        var hiddenBTD = Embed(idsBT);
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
        var attendedBTD = Attention(layer, Norm(hiddenBTD, weights.BeforeAttention), plan, isFrozen: cache is not null, lastOnly);
        if (lastOnly) hiddenBTD = Last(hiddenBTD);
        if (weights.AfterAttention is { } afterAttention) attendedBTD = Norm(attendedBTD, afterAttention);
        var middleBTD = hiddenBTD.Plus(attendedBTD);
        var changedBTD = FeedForward(layer, Norm(middleBTD, weights.BeforeMlp), isFrozen: cache is not null);
        if (weights.AfterMlp is { } afterMlp) changedBTD = Norm(changedBTD, afterMlp);
        return middleBTD.Plus(changedBTD);
    }

    private Tensor Attention(int layer, Tensor inputBTD, IForwardPlan plan, bool isFrozen, bool lastOnly)
    {
        long batch = inputBTD.shape[0], tokens = inputBTD.shape[1];
        long heads = Config.Heads, keyHeads = Config.KeyValueHeads, features = Config.HeadDim;
        var weights = _layers[layer];
        var rotation = plan.RotationOf(Config.LayerPlans[layer]);
        Tensor queries, keys, values;
        if (isFrozen)
        {
            var projected = Frozen.Of(layer).QueryKeyValue.Forward(inputBTD).view(batch, tokens, heads + 2 * keyHeads, features);
            var queriesAndKeys = weights.QueryNorm is { } queryNorm
                ? Norm(projected.narrow(2, 0, heads + keyHeads), HeadNorms(queryNorm, weights.KeyNorm!))
                : projected;
            if (plan.AttendOneToken(layer, queriesAndKeys, projected) is { } one) return weights.Output.Forward(one);
            queriesAndKeys = Rotated(queriesAndKeys.narrow(2, 0, heads + keyHeads), rotation);
            (queries, keys) = (queriesAndKeys.narrow(2, 0, heads), queriesAndKeys.narrow(2, heads, keyHeads));
            values = projected.narrow(2, heads + keyHeads, keyHeads);
        }
        else
        {
            queries = weights.Query.Forward(inputBTD).view(batch, tokens, heads, features);
            keys = weights.Key.Forward(inputBTD).view(batch, tokens, keyHeads, features);
            values = weights.Value.Forward(inputBTD).view(batch, tokens, keyHeads, features);
            if (weights.QueryNorm is { } queryNorm) (queries, keys) = (Norm(queries, queryNorm), Norm(keys, weights.KeyNorm!));
            (queries, keys) = (Rotated(queries, rotation), Rotated(keys, rotation));
        }
        queries = queries.Times(Config.AttentionScale);
        return weights.Output.Forward(plan.Attend(layer, lastOnly ? Last(queries) : queries, keys, values));
    }

    private static Tensor Rotated(Tensor xBTNE, Rotation rotation) =>
        (xBTNE * rotation.Cosine).Plus(xBTNE.roll(xBTNE.shape[^1] / 2, -1) * rotation.Sine);

    private static Tensor Last(Tensor xBT) => xBT.narrow(1, xBT.shape[1] - 1, 1);

    private Tensor FeedForward(int layer, Tensor inputBTD, bool isFrozen)
    {
        var weights = _layers[layer];
        Tensor gate, up;
        if (isFrozen)
        {
            long wide = Config.IntermediateSize;
            var gateAndUp = Frozen.Of(layer).GateUp.Forward(inputBTD);
            (gate, up) = (gateAndUp.narrow(-1, 0, wide), gateAndUp.narrow(-1, wide, wide));
        }
        else
        {
            (gate, up) = (weights.Gate.Forward(inputBTD), weights.Up.Forward(inputBTD));
        }
        var active = Config.Activation == GateActivation.Silu ? nn.functional.silu(gate) : GeluTanh(gate);
        return weights.Down.Forward(active * up);
    }

    // x / √(mean x² + ε) · w, in float32 at least.
    private Tensor Norm(Tensor x, Tensor weight)
    {
        if (Config.NormWeightOffset != 0) weight = weight.Plus(Config.NormWeightOffset);
        var narrow = Dtype is ScalarType.Float16 or ScalarType.BFloat16;
        var wide = narrow ? x.to(ScalarType.Float32) : x;
        var scaled = wide * (wide * wide).mean([-1L], true).Plus(Config.RmsNormEpsilon).rsqrt();
        return (narrow ? scaled.to(Dtype) : scaled) * weight;
    }

    // [H + K, E]: the queries' norm weight for the first H heads, the keys' for the rest.
    private Tensor HeadNorms(Tensor queryNorm, Tensor keyNorm) =>
        cat([queryNorm.unsqueeze(0).expand(Config.Heads, -1), keyNorm.unsqueeze(0).expand(Config.KeyValueHeads, -1)], 0);

    private static Tensor GeluTanh(Tensor x) => x.Times(0.5) * x.Plus(x.Times(0.044715) * x * x).Times(Math.Sqrt(2 / Math.PI)).tanh().Plus(1.0);

    // transformers keeps the scale as a float32 tensor that is then cast to the weights' type, so it is rounded even in float64.
    private double RoundedScale()
    {
        using var rounded = tensor((float)Config.EmbeddingScale).to(Dtype).to(ScalarType.Float64);
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
        return own;
    }

    private static void Require(Tensor? tensor, string name, long rows, long columns, bool rowsMayBeShared)
    {
        if (tensor is null) return;
        var shape = tensor.shape;
        if (shape.Length != 2 || shape[1] != columns || (shape[0] != rows && !(rowsMayBeShared && shape[0] == 1)))
            throw new ArgumentException(Invariant($"{name} has shape [{string.Join(", ", shape)}]; with these ids it must be [{rows}, {columns}]."));
    }
}
