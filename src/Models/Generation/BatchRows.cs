using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>The rows of one batch: prompts padded on the left, then one row for each unfinished continuation.</summary>
internal sealed class BatchRows : IDisposable
{
    private const int SmallestParallel = 1 << 14; // numbers below which handing rows to threads costs more than it saves
    private readonly IReadOnlyList<SharedPrompt> _prompts;
    private readonly int _length, _padId;
    private readonly Device _device;
    private readonly bool _padded;
    private readonly Tensor _prefillKeep, _prefillIds;
    private Tensor? _keepRS; // [rows, capacity]: true in all columns to come
    private List<Continuation> _rows = [];
    private long[] _positions = [];
    private int _seen;

    public BatchRows(IReadOnlyList<SharedPrompt> prompts, int length, int capacity, int padId, Device device)
    {
        (_prompts, _length, _padId, _device, _seen) = (prompts, length, padId, device, length);
        var ids = new long[prompts.Count * length];
        var keep = new bool[prompts.Count * capacity];
        Array.Fill(keep, true);
        for (var row = 0; row < prompts.Count; row++)
        {
            var prompt = prompts[row].Ids;
            var padding = length - prompt.Count;
            _padded |= padding > 0;
            ids.AsSpan(row * length, padding).Fill(padId);
            keep.AsSpan(row * capacity, padding).Clear();
            for (var i = 0; i < prompt.Count; i++) ids[row * length + padding + i] = prompt[i];
        }
        _prefillIds = tensor(ids, [prompts.Count, length], ScalarType.Int64, device).DetachFromDisposeScope();
        _prefillKeep = tensor(keep, [prompts.Count, capacity], ScalarType.Bool, device).DetachFromDisposeScope();
    }

    public bool AllFinished => _rows.Count == 0;

    /// <summary>Input of the first pass: every prompt once.</summary>
    public DecoderInput Prompts() => new() { IdsBT = _prefillIds, KeepMaskBT = _padded ? _prefillKeep.narrow(1, 0, _length) : null };

    /// <summary>Input of the next pass: the last token of every row. The tensors belong to the caller's dispose scope.</summary>
    public DecoderInput NextTokens()
    {
        var last = new long[_rows.Count];
        for (var row = 0; row < last.Length; row++) last[row] = _rows[row].IsFinished ? _padId : _rows[row].LastId;
        var positions = tensor(_positions, [_rows.Count, 1], ScalarType.Int64, _device);
        for (var row = 0; row < last.Length; row++) _positions[row]++;
        _seen++;
        return new DecoderInput
        {
            IdsBT = tensor(last, [_rows.Count, 1], ScalarType.Int64, _device),
            PositionsBT = positions,
            KeepMaskBT = _padded ? _keepRS!.narrow(1, 0, _seen) : null,
        };
    }

    /// <summary>
    /// Draws a token for every unfinished row, rows side by side on the engine's threads. After the first pass, gives every continuation
    /// its own row, and the cache too.
    /// </summary>
    /// <param name="logitsBV">[B, V]; overwritten.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="eosIds">Tokens that end a response.</param>
    /// <param name="cache">Keys and values of the rows.</param>
    public void Draw(double[] logitsBV, int vocabulary, IReadOnlySet<int> eosIds, IDecoderCache cache)
    {
        if (_rows.Count == 0)
        {
            DrawFirst(logitsBV, vocabulary, eosIds, cache);
            return;
        }
        InParallel(_rows.Count, vocabulary, row =>
        {
            if (!_rows[row].IsFinished) Draw(_rows[row], logitsBV.AsSpan(row * vocabulary, vocabulary), eosIds);
        });
    }

    /// <summary>
    /// Drops finished rows once they are a quarter of all: dropping copies the cache, keeping them computes unneeded values.
    /// </summary>
    public void DropFinished(IDecoderCache cache)
    {
        var finished = _rows.Count(row => row.IsFinished);
        if (finished == 0 || (finished < _rows.Count && finished * 4 < _rows.Count)) return;
        Select([.. Enumerable.Range(0, _rows.Count).Where(row => !_rows[row].IsFinished)], _rows, cache);
    }

    public void Dispose()
    {
        _prefillIds.Dispose();
        _prefillKeep.Dispose();
        _keepRS?.Dispose();
    }

    private void DrawFirst(double[] logitsBV, int vocabulary, IReadOnlySet<int> eosIds, IDecoderCache cache)
    {
        InParallel(_prompts.Count, vocabulary, prompt =>
        {
            var scratch = new double[vocabulary];
            foreach (var continuation in _prompts[prompt].Continuations)
            {
                logitsBV.AsSpan(prompt * vocabulary, vocabulary).CopyTo(scratch);
                Draw(continuation, scratch, eosIds);
            }
        });
        var rows = new List<Continuation>();
        var sources = new List<int>();
        for (var prompt = 0; prompt < _prompts.Count; prompt++)
        {
            foreach (var continuation in _prompts[prompt].Continuations)
            {
                if (continuation.IsFinished) continue;
                rows.Add(continuation);
                sources.Add(prompt);
            }
        }
        _keepRS = _prefillKeep.clone().DetachFromDisposeScope();
        _positions = [.. _prompts.Select(prompt => (long)prompt.Ids.Count)];
        _rows = rows;
        var unchanged = sources.Count == _prompts.Count && sources.SequenceEqual(Enumerable.Range(0, sources.Count));
        if (!unchanged) Select(sources, rows, cache, rowsAreSelected: true);
    }

    private void Select(List<int> sources, List<Continuation> rows, IDecoderCache cache, bool rowsAreSelected = false)
    {
        if (!rowsAreSelected) _rows = [.. sources.Select(source => rows[source])];
        if (sources.Count == 0) return;
        _positions = [.. sources.Select(source => _positions[source])];
        using var index = tensor(sources.Select(source => (long)source).ToArray(), ScalarType.Int64, _device);
        cache.SelectRows(index);
        var keep = _keepRS!.index_select(0, index).DetachFromDisposeScope();
        _keepRS.Dispose();
        _keepRS = keep;
    }

    // Every continuation has a separate stream, so the order of the rows does not matter. The first row that fails, in order, is the one
    // reported.
    private static void InParallel(int rows, int vocabulary, Action<int> draw)
    {
        if ((long)rows * vocabulary < SmallestParallel)
        {
            for (var row = 0; row < rows; row++) draw(row);
            return;
        }

        var failures = new Exception?[rows];
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, row =>
        {
            try
            {
                draw(row);
            }
            catch (UserErrorException failure)
            {
                failures[row] = failure;
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first) throw first;
    }

    private static void Draw(Continuation continuation, Span<double> logitsV, IReadOnlySet<int> eosIds)
    {
        try
        {
            continuation.Step(logitsV, eosIds);
        }
        catch (ArgumentException broken)
        {
            throw new UserErrorException($"The model cannot answer '{continuation.Key}': {broken.Message}", broken);
        }
    }
}
