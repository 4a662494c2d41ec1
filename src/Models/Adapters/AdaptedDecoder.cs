using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// A base with adapters by name, of which some are on. The base itself stays a decoder as it was, over the same weights: the reference of a
/// run that trains an adapter, without a second copy.
/// </summary>
/// <remarks>Adapters are turned on and off between passes only.</remarks>
public sealed class AdaptedDecoder : IDecoder
{
    /// <summary>Name of an adapter that has no other, as PEFT calls it.</summary>
    public const string DefaultName = "default";

    private readonly DecoderConfig _architecture;
    private readonly List<(string Name, Adapter Adapter)> _adapters = [];
    private AdaptedWeights? _weights;
    private IReadOnlyList<string> _active = [];
    private AdapterDropout _dropout = AdapterDropout.None;
    private Adapter? _trained;
    private IDecoder _inner;

    /// <summary>A base without adapters yet.</summary>
    /// <param name="base">The base; owned from now on.</param>
    /// <param name="architecture">Its architecture.</param>
    public AdaptedDecoder(IDecoder @base, DecoderConfig architecture) => (Base, _architecture, _inner, Architecture) = (@base, architecture, @base, architecture);

    /// <summary>The base with all adapters off, at any time. Owned by this object.</summary>
    public IDecoder Base { get; }

    /// <summary>The architecture with the adapters that are on: the base's, but for another number of tokens or a head of its own.</summary>
    public DecoderConfig Architecture { get; private set; }

    /// <summary>Names of the adapters, in the order they were added.</summary>
    public IReadOnlyList<string> Names => [.. _adapters.Select(pair => pair.Name)];

    /// <summary>Names of those that are on.</summary>
    public IReadOnlyList<string> Active => _active;

    /// <summary>The adapter of that name. Owned by this object.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public Adapter this[string name] => Find(name);

    /// <inheritdoc/>
    /// <remarks>With what the adapters that are on add.</remarks>
    public IReadOnlyDictionary<string, Projection> Projections => _inner.Projections;

    /// <summary>Whether the adapters that are on are in the weights of the passes, in place of being computed beside them.</summary>
    public bool IsMerged { get; private set; }

    /// <inheritdoc/>
    public int VocabularySize => _inner.VocabularySize;

    /// <inheritdoc/>
    public int MaxPositions => _inner.MaxPositions;

    /// <inheritdoc/>
    public ScalarType Dtype => Base.Dtype;

    /// <inheritdoc/>
    public Device Device => Base.Device;

    /// <inheritdoc/>
    /// <remarks>The base's: adapters leave them as they are.</remarks>
    public ParameterSet Parameters => Base.Parameters;

    /// <inheritdoc/>
    /// <remarks>The adapter's that <see cref="Train"/> chose; none before.</remarks>
    public ParameterSet Trained => _trained?.Parameters ?? throw new InvalidOperationException("No adapter was chosen to be trained; call Train first.");

    /// <summary>Adds an adapter, turned off.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="adapter">The adapter, made for this base; owned from now on.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, Adapter adapter)
    {
        if (_adapters.Exists(pair => pair.Name == name)) throw new ArgumentException($"There is an adapter '{name}' already; give another name.", nameof(name));
        _adapters.Add((name, adapter));
    }

    /// <summary>Turns these adapters on and all others off. What they add is summed.</summary>
    /// <param name="names">Names; none for the base alone.</param>
    /// <exception cref="UserErrorException">A name is unknown, or two of them cannot be on together.</exception>
    public void Activate(params IReadOnlyList<string> names)
    {
        var chosen = names.Select(Find).ToList();
        RequireTogether(names, chosen);
        (_active, IsMerged) = ([.. names], false);
        Rebuild(chosen);
    }

    /// <summary>Whether the adapters that are on can be put into the weights without a loss: these are of float32 at least, and have a bias
    /// wherever an adapter adds to one.</summary>
    public bool CanMergeExactly => Dtype is ScalarType.Float32 or ScalarType.Float64 && Chosen().All(adapter => WithoutBias(adapter) is null);

    /// <summary>Puts the adapters that are on into the weights of the passes: copies, so that the base stays and nothing is lost.</summary>
    /// <exception cref="UserErrorException">An adapter adds a bias to a module that has none.</exception>
    public void Merge()
    {
        if (IsMerged || _active.Count == 0) return;
        var (weights, architecture) = MergedParameters(Chosen(), consume: false);
        Replace(weights, architecture, null);
        IsMerged = true;
    }

    /// <summary>Computes the adapters that are on beside the weights again.</summary>
    public void Unmerge()
    {
        if (!IsMerged) return;
        IsMerged = false;
        Rebuild(Chosen());
    }

    /// <summary>
    /// The base with the adapters that are on in its weights, as a decoder of its own; this object is used up. Weights are taken over one by
    /// one, so that no second copy is made of them.
    /// </summary>
    /// <returns>The decoder and its architecture; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">An adapter adds a bias to a module that has none.</exception>
    public (IDecoder Decoder, DecoderConfig Architecture) MergeAndUnload()
    {
        var chosen = Chosen();
        RequireMergeable(chosen);
        var (merged, architecture) = MergedParameters(chosen, consume: true);
        var decoder = DecoderFactory.Over(architecture, merged);
        Dispose();
        return (decoder, architecture);
    }

    /// <summary>Chooses the adapter that is trained, and turns it on alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Decides what dropout drops.</param>
    /// <param name="drops">Whether the adapter's dropout acts. Default: yes.</param>
    public void Train(string name, ulong seed, bool drops = true)
    {
        _trained = Find(name);
        _dropout = drops ? new AdapterDropout(_trained.Config.LoraDropout, seed) : AdapterDropout.None;
        Activate(name);
    }

    /// <inheritdoc/>
    public void BeginStep(long step) => _dropout.BeginStep(step);

    /// <inheritdoc/>
    public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null) => _inner.Hidden(input, cache);

    /// <inheritdoc/>
    public Tensor LastHidden(DecoderInput input, IDecoderCache? cache = null) => _inner.LastHidden(input, cache);

    /// <inheritdoc/>
    public Tensor CompletionHidden(CompletionInput input) => _inner.CompletionHidden(input);

    /// <inheritdoc/>
    public HiddenPass TrainingPass(DecoderInput input, bool recompute) => InTraining(() => _inner.TrainingPass(input, recompute));

    /// <inheritdoc/>
    public HiddenPass TrainingPass(CompletionInput input, bool recompute) => InTraining(() => _inner.TrainingPass(input, recompute));

    /// <inheritdoc/>
    public Tensor Logits(Tensor hiddenBTD) => _inner.Logits(hiddenBTD);

    /// <inheritdoc/>
    public IDecoderCache CreateCache(long batch, long capacity) => _inner.CreateCache(batch, capacity);

    /// <summary>Frees the base, the adapters and what was merged.</summary>
    public void Dispose()
    {
        DropInner();
        foreach (var (_, adapter) in _adapters) adapter.Dispose();
        _adapters.Clear();
        Base.Dispose();
    }

    private Adapter Find(string name) => _adapters.Find(pair => pair.Name == name).Adapter
        ?? throw new UserErrorException($"There is no adapter '{name}'; those of this model are {string.Join(", ", Names)}.");

    private List<Adapter> Chosen() => [.. _active.Select(Find)];

    private static void RequireTogether(IReadOnlyList<string> names, List<Adapter> chosen)
    {
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count) throw new UserErrorException($"An adapter is named twice among {string.Join(", ", names)}; each is on once.");
        if (chosen.Count < 2) return;
        if (chosen.FindIndex(adapter => adapter.Config.UseDora) is >= 0 and var dora)
            throw new UserErrorException($"Adapter '{names[dora]}' has magnitudes (use_dora), so it cannot be on together with others. Turn it on alone.");
        if (chosen.FindIndex(adapter => adapter.Plan.IsResized || (adapter.Site.IsTied && adapter.Plan.KeepsTie && adapter.Plan.TouchesVocabulary)) is >= 0 and var alone
            && chosen.Where((_, index) => index != alone).Any(adapter => adapter.Plan.TouchesVocabulary))
            throw new UserErrorException($"Adapter '{names[alone]}' has a vocabulary of its own, or changes embedding and head as one, so it cannot be on together with others that change them. Turn it on alone.");
        var twice = chosen.SelectMany(adapter => adapter.Replacements().Select(pair => pair.Key)).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new UserErrorException($"Two of the adapters {string.Join(", ", names)} have '{twice.Key}' of their own; only one of them can be on.");
        var row = chosen.SelectMany(adapter => adapter.Plan.Rows).SelectMany(rows => rows.Tokens.Select(token => (rows.Module, Token: token))).GroupBy(pair => pair).FirstOrDefault(group => group.Count() > 1);
        if (row is not null)
            throw new UserErrorException(Invariant($"Two of the adapters {string.Join(", ", names)} have a row of '{row.Key.Module}' for the token {row.Key.Token}; only one of them can be on."));
    }

    private static void RequireMergeable(List<Adapter> chosen)
    {
        if (chosen.Select(WithoutBias).FirstOrDefault(module => module is not null) is { } without)
            throw new UserErrorException($"The adapter adds a bias to '{without}' (lora_bias), which has none in this architecture, so it cannot be merged. Use it beside its base.");
    }

    private static string? WithoutBias(Adapter adapter) =>
        !adapter.Config.LoraBias ? null : adapter.Plan.Targets.FirstOrDefault(target => adapter.Site.BiasOf(target.Module) is null)?.Module;

    // Over the base's weights, what the adapters have in their place, and deltas on the linear modules.
    private void Rebuild(List<Adapter> chosen)
    {
        if (chosen.Count == 0)
        {
            DropInner();
            return;
        }

        var weights = ParameterSet.Borrowing();
        var adapted = new AdaptedWeights(Base.Parameters, _architecture, chosen);
        foreach (var (name, value) in Base.Parameters) weights.Add(name, adapted.Find(name) ?? value);
        if (IsUntied(adapted)) weights.Add(_architecture.HeadWeight, adapted.Find(_architecture.HeadWeight)!);
        Replace(weights, adapted.Architecture, adapted);
        foreach (var adapter in chosen)
            foreach (var target in adapter.Plan.Targets.Where(target => !target.IsEmbedding))
            {
                var projection = _inner.Projections[target.Module];
                projection.Add(new LoraDelta(projection, target, adapter.Parameters, ReferenceEquals(adapter, _trained) ? _dropout : AdapterDropout.None));
            }
    }

    // A tied head is the embedding until an adapter changes one of the two.
    private bool IsUntied(AdaptedWeights adapted) => _architecture.HeadIsEmbedding && !adapted.Architecture.HeadIsEmbedding;

    /// <summary>The base's weights with the adapters in them. Where they are consumed, the base's set is left empty.</summary>
    private (ParameterSet Weights, DecoderConfig Architecture) MergedParameters(List<Adapter> chosen, bool consume)
    {
        RequireMergeable(chosen);
        using var noGradients = no_grad();
        using var adapted = new AdaptedWeights(Base.Parameters, _architecture, chosen);
        var deltas = chosen.SelectMany(adapter => adapter.Plan.Targets.Where(target => !target.IsEmbedding).Select(target => (Adapter: adapter, Target: target))).ToLookup(pair => pair.Target.Module, StringComparer.Ordinal);
        var merged = new ParameterSet();
        List<string> names = [.. Base.Parameters.Keys];
        if (IsUntied(adapted)) names.Add(_architecture.HeadWeight);
        foreach (var name in names)
        {
            using var scope = NewDisposeScope();
            var own = Base.Parameters.TryGetValue(name, out var found) ? found : null;
            var start = adapted.Find(name) ?? own!;
            var value = Merged(name, start, deltas[AdapterSite.ModuleOf(name)]);
            var isTaken = consume && ReferenceEquals(value, own);
            if (ReferenceEquals(value, start) && !isTaken) value = adapted.Release(name) ?? value.clone();
            merged.Add(name, value);
            // Of an embedding that was the head too there may be a use left.
            if (consume && !isTaken && own is not null && name != _architecture.EmbeddingWeight) own.Dispose();
        }

        if (!consume) return (merged, adapted.Architecture);
        if (!ReferenceEquals(merged[_architecture.EmbeddingWeight], Base.Parameters[_architecture.EmbeddingWeight])) Base.Parameters[_architecture.EmbeddingWeight].Dispose();
        Base.Parameters.Release();
        return (merged, adapted.Architecture);
    }

    private Tensor Merged(string name, Tensor value, IEnumerable<(Adapter Adapter, LoraTarget Target)> deltas)
    {
        foreach (var (adapter, target) in deltas)
        {
            var isBias = name.EndsWith(".bias", StringComparison.Ordinal);
            var inputsFirst = Base.Projections[target.Module].InputsFirst;
            var delta = new LoraDelta(isBias ? Base.Projections[target.Module] : new Projection(target.Module, value, null, inputsFirst), target, adapter.Parameters, AdapterDropout.None);
            value = isBias ? delta.Offset() is { } offset ? EmbeddingDelta.Sum(value, offset) : value
                : EmbeddingDelta.Sum(value, inputsFirst ? delta.Matrix().t() : delta.Matrix());
        }

        return value;
    }

    private void Replace(ParameterSet weights, DecoderConfig architecture, AdaptedWeights? adapted)
    {
        DropInner();
        (_inner, Architecture, _weights) = (DecoderFactory.Over(architecture, weights), architecture, adapted);
    }

    // A decoder over borrowed weights frees none of them.
    private void DropInner()
    {
        if (!ReferenceEquals(_inner, Base)) _inner.Dispose();
        (_inner, Architecture) = (Base, _architecture);
        _weights?.Dispose();
        _weights = null;
    }

    // Dropout acts from the first layer to the last, and once more where layers are computed again on the way back.
    private HiddenPass InTraining(Func<HiddenPass> run)
    {
        if (_dropout.Share == 0) return Differentiable(run());
        var pass = _dropout.BeginPass();
        try
        {
            return new DroppingPass(Differentiable(run()), _dropout, pass);
        }
        finally
        {
            _dropout.End();
        }
    }

    // Where only the head is adapted nothing before it has a gradient; whoever differentiates the head in parts goes through the states.
    private static HiddenPass Differentiable(HiddenPass pass)
    {
        if (is_grad_enabled() && !pass.Hidden.requires_grad) pass.Hidden.requires_grad_(true);
        return pass;
    }

    /// <summary>A pass with dropout, which its way back repeats.</summary>
    private sealed class DroppingPass(HiddenPass inner, AdapterDropout dropout, long number) : HiddenPass(inner.Hidden)
    {
        protected override void Through(Tensor gradient)
        {
            dropout.Resume(number);
            try
            {
                inner.Backward();
            }
            finally
            {
                dropout.End();
            }
        }

        protected override void Free() => inner.Dispose();
    }
}
