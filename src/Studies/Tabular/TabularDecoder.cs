using SafetyGate.Models.Engine;
using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Studies.Tabular;

/// <summary>
/// A policy that can be enumerated: one logit for every prefix and token that may follow it. The exact answers that trainers and meters are
/// checked against.
/// </summary>
/// <remarks>
/// Its "hidden state" is the number of the prefix read so far, [B, T, 1]. A token that leads off the known paths is impossible (a logit of
/// −10,000 beside those of the rest); reading one leads to a prefix after which every token is equally likely.
/// </remarks>
public sealed class TabularDecoder : IDecoder
{
    private const double Impossible = -1e4;
    private const int Elsewhere = 0, Start = 1;
    private readonly List<Dictionary<int, int>> _next = [[], []];
    private readonly IReadOnlyList<TabularPath> _paths;
    private readonly Tensor _maskSV;

    /// <summary>A policy over known responses.</summary>
    /// <param name="vocabularySize">V.</param>
    /// <param name="paths">All responses; no response of a prompt is the beginning of another.</param>
    /// <param name="dtype">Number type; float64 when <c>null</c>.</param>
    /// <exception cref="ArgumentException">A path is empty, has a token outside the vocabulary, is a prefix or a duplicate of another, or a
    /// probability is 0 or not a number.</exception>
    public TabularDecoder(int vocabularySize, IReadOnlyList<TabularPath> paths, ScalarType? dtype = null)
    {
        (VocabularySize, _paths, Dtype) = (vocabularySize, paths, dtype ?? ScalarType.Float64);
        if (paths.Count == 0) throw new ArgumentException("A policy needs at least one response.", nameof(paths));
        var mass = new List<double> { 0, 0 };
        var ends = new HashSet<int>();
        var totals = paths.GroupBy(path => string.Join(' ', path.PromptIds), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(path => Math.Exp(path.LogProbability)), StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var probability = Math.Exp(path.LogProbability) / totals[string.Join(' ', path.PromptIds)];
            if (path.PromptIds.Count == 0 || path.Ids.Count == 0)
                throw new ArgumentException("A path needs a prompt and a response of at least one token each.", nameof(paths));
            if (!(probability > 0 && double.IsFinite(probability))) throw new ArgumentException(Invariant($"The response {string.Join(' ', path.Ids)} has probability {probability}; it must be above 0."), nameof(paths));
            var state = path.PromptIds.Aggregate(Start, (from, id) => Follow(from, id, mass));
            foreach (var id in path.Ids)
            {
                if (ends.Contains(state)) throw Begins(path);
                state = Follow(state, id, mass);
                mass[state] += probability;
            }

            if (_next[state].Count > 0 || !ends.Add(state)) throw Begins(path);
        }

        var states = _next.Count;
        var (logits, masks) = (new double[states * vocabularySize], new double[states * vocabularySize]);
        for (var state = 0; state < states; state++)
        {
            var possible = _next[state].Where(pair => mass[pair.Value] > 0).ToList(); // inside a prompt nothing is drawn
            if (possible.Count == 0) continue;
            masks.AsSpan(state * vocabularySize, vocabularySize).Fill(Impossible);
            var total = possible.Sum(pair => mass[pair.Value]);
            foreach (var (id, to) in possible)
                (logits[(state * vocabularySize) + id], masks[(state * vocabularySize) + id]) = (Math.Log(mass[to] / total), 0);
        }

        _maskSV = tensor(masks, [states, vocabularySize], Dtype).DetachFromDisposeScope();
        Parameters.Add("table.weight", tensor(logits, [states, vocabularySize], Dtype));
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int MaxPositions => int.MaxValue;

    /// <inheritdoc/>
    public ScalarType Dtype { get; }

    /// <inheritdoc/>
    public Device Device => CPU;

    /// <summary><c>table.weight</c>, [prefixes, V].</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>Exact natural logarithms of the responses' probabilities under the present weights, in the order of the paths.</summary>
    public double[] LogProbabilities()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var table = Parameters["table.weight"].Plus(_maskSV).to(ScalarType.Float64).log_softmax(-1).data<double>().ToArray();
        return [.. _paths.Select(path =>
        {
            var state = path.PromptIds.Aggregate(Start, Next);
            var sum = 0.0;
            foreach (var id in path.Ids)
            {
                sum += table[(state * VocabularySize) + id];
                state = Next(state, id);
            }

            return sum;
        })];
    }

    /// <inheritdoc/>
    public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null)
    {
        if (input.SegmentsBT is not null) throw new ArgumentException("A tabular policy reads no packed rows.", nameof(input));
        var (rows, length) = ((int)input.IdsBT.shape[0], (int)input.IdsBT.shape[1]);
        var known = cache as Cache;
        if (cache is not null && (known is null || known.Batch != rows || known.Length + length > known.Capacity))
            throw new ArgumentException("The cache is another decoder's, has other rows or has no room.", nameof(cache));
        using var scope = NewDisposeScope();
        var ids = input.IdsBT.cpu().contiguous().data<long>().ToArray();
        var keep = input.KeepMaskBT is { } mask
            ? mask.narrow(1, mask.shape[1] - length, length).cpu().contiguous().data<bool>().ToArray()
            : null;
        var states = new double[ids.Length];
        for (var row = 0; row < rows; row++)
        {
            var state = known?.States[row] ?? Start;
            for (var t = 0; t < length; t++)
            {
                var cell = (row * length) + t;
                if (keep is null || keep[cell]) state = Next(state, (int)ids[cell]);
                states[cell] = state;
            }

            if (known is not null) known.States[row] = state;
        }

        if (known is not null) known.Length += length;
        return tensor(states, [rows, length, 1], Dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hiddenBTD)
    {
        using var scope = NewDisposeScope();
        var states = hiddenBTD.to(ScalarType.Int64).reshape(-1);
        var logits = Parameters["table.weight"].index_select(0, states).Plus(_maskSV.index_select(0, states));
        return logits.reshape([.. hiddenBTD.shape[..^1], VocabularySize]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IDecoderCache CreateCache(long batch, long capacity) => new Cache(batch, capacity);

    /// <summary>Frees the table.</summary>
    public void Dispose()
    {
        Parameters.Dispose();
        _maskSV.Dispose();
    }

    private int Next(int state, int id) => _next[state].GetValueOrDefault(id, Elsewhere);

    private int Follow(int state, int id, List<double> mass)
    {
        if ((uint)id >= (uint)VocabularySize)
            throw new ArgumentException(Invariant($"A path has token {id}; the vocabulary has {VocabularySize} tokens, from 0."));
        if (_next[state].TryGetValue(id, out var to)) return to;
        _next[state].Add(id, _next.Count);
        _next.Add([]);
        mass.Add(0);
        return _next.Count - 1;
    }

    private static ArgumentException Begins(TabularPath path) =>
        new($"The response {string.Join(' ', path.Ids)} is given twice, or one of its prompt's responses is a prefix of another; no response may be a prefix of another.");

    private sealed class Cache(long batch, long capacity) : IDecoderCache
    {
        public int[] States { get; private set; } = [.. Enumerable.Repeat(Start, (int)batch)];

        public long Batch => States.Length;

        public long Length { get; set; }

        public long Capacity => capacity;

        public void SelectRows(Tensor rowsR) => States = [.. rowsR.cpu().contiguous().data<long>().ToArray().Select(row => States[row])];

        public void Dispose() { }
    }
}
