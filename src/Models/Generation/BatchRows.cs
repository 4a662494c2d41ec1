using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>The rows of one batch: prompts padded on the left, then one row for each unfinished continuation.</summary>
internal sealed class BatchRows : IDisposable
{
    private readonly IReadOnlyList<SharedPrompt> _prompts;
    private readonly int _length, _padId;
    private readonly Device _device;
    private readonly bool _padded;
    private readonly Tensor _prefillKeep, _prefillIds;
    private Tensor? _keepRS; // [rows, capacity]: true in all columns to come
    private Tensor? _seenRS; // [rows, capacity]: tokens of prompt and response; the prompt's first one in all other columns
    private List<Continuation> _rows = [];
    private long[] _positions = [];
    private int _seen;

    /// <param name="prompts">The prompts and their continuations.</param>
    /// <param name="length">Tokens of the longest prompt.</param>
    /// <param name="capacity">Most tokens of a row, padding included.</param>
    /// <param name="padId">Padding on the left.</param>
    /// <param name="device">Where the decoder is.</param>
    /// <param name="remembersTokens">Whether tokens that were seen change what is drawn.</param>
    public BatchRows(IReadOnlyList<SharedPrompt> prompts, int length, int capacity, int padId, Device device, bool remembersTokens)
    {
        (_prompts, _length, _padId, _device, _seen) = (prompts, length, padId, device, length);
        var ids = new long[prompts.Count * length];
        var keep = new bool[prompts.Count * capacity];
        var seen = remembersTokens ? new long[prompts.Count * capacity] : [];
        Array.Fill(keep, true);
        for (var row = 0; row < prompts.Count; row++)
        {
            var prompt = prompts[row].Ids;
            var padding = length - prompt.Count;
            _padded |= padding > 0;
            ids.AsSpan(row * length, padding).Fill(padId);
            keep.AsSpan(row * capacity, padding).Clear();
            for (var i = 0; i < prompt.Count; i++) ids[row * length + padding + i] = prompt[i];
            if (!remembersTokens) continue;
            seen.AsSpan(row * capacity, capacity).Fill(prompt[0]);
            ids.AsSpan(row * length + padding, prompt.Count).CopyTo(seen.AsSpan(row * capacity));
        }
        if (remembersTokens) _seenRS = tensor(seen, [prompts.Count, capacity], ScalarType.Int64, device).DetachFromDisposeScope();
        _prefillIds = tensor(ids, [prompts.Count, length], ScalarType.Int64, device).DetachFromDisposeScope();
        _prefillKeep = tensor(keep, [prompts.Count, capacity], ScalarType.Bool, device).DetachFromDisposeScope();
    }

    public bool AllFinished => _rows.Count == 0;

    /// <summary>The unfinished continuations.</summary>
    public IReadOnlyList<Continuation> Unfinished => _rows;

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
    /// Draws a token for every unfinished row. After the first pass, gives every continuation its own row, and the cache too.
    /// </summary>
    /// <param name="logitsBV">[B, V]. Borrowed.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="eosIds">Tokens that end a response.</param>
    /// <param name="cache">Keys and values of the rows.</param>
    public void Draw(Tensor logitsBV, SamplingOptions sampling, IReadOnlySet<int> eosIds, IDecoderCache cache)
    {
        if (_rows.Count > 0)
        {
            Append(_rows, logitsBV, sampling, eosIds);
            return;
        }
        var rows = new List<Continuation>();
        var sources = new List<long>();
        for (var prompt = 0; prompt < _prompts.Count; prompt++)
        {
            rows.AddRange(_prompts[prompt].Continuations);
            sources.AddRange(Enumerable.Repeat((long)prompt, _prompts[prompt].Continuations.Count));
        }
        using var scope = NewDisposeScope();
        var logitsRV = logitsBV;
        if (rows.Count != _prompts.Count)
        {
            using var index = tensor(sources.ToArray(), ScalarType.Int64, _device);
            logitsRV = logitsBV.index_select(0, index);
            SelectSeen(index);
        }
        Append(rows, logitsRV, sampling, eosIds);
        TakeUnfinished(rows, sources, cache);
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
        _seenRS?.Dispose();
    }

    private void Append(List<Continuation> rows, Tensor logitsRV, SamplingOptions sampling, IReadOnlySet<int> eosIds)
    {
        var draws = new double[rows.Count];
        for (var row = 0; row < draws.Length; row++) draws[row] = rows[row].IsFinished ? 0 : rows[row].NextDraw();
        var ids = NextTokenSampler.Draw(logitsRV, sampling, draws, _seenRS?.narrow(1, 0, _seen));
        for (var row = 0; row < ids.Length; row++)
        {
            if (rows[row].IsFinished) continue;
            if (ids[row] < 0) throw Broken(rows[row], logitsRV[row]);
            rows[row].Append((int)ids[row], eosIds);
        }
        if (_seenRS is null || _seen == _seenRS.shape[1]) return;
        using var drawn = tensor(ids, [ids.Length, 1], ScalarType.Int64, _device);
        _seenRS.narrow(1, _seen, 1).copy_(drawn.clamp_min(Scalars.Of(0L))); // a finished row may have drawn anything
    }

    private static UserErrorException Broken(Continuation row, Tensor logitsV)
    {
        using var scope = NewDisposeScope();
        var logits = logitsV.to(ScalarType.Float64).cpu().contiguous();
        try
        {
            _ = NextTokenDistribution.Largest(logits.data<double>().ToArray());
            throw new InvalidOperationException("The logits are sound.");
        }
        catch (ArgumentException broken)
        {
            return new UserErrorException($"The model cannot answer '{row.Key}': {broken.Message}", broken);
        }
    }

    private void TakeUnfinished(List<Continuation> rows, List<long> sources, IDecoderCache cache)
    {
        int[] left = [.. Enumerable.Range(0, rows.Count).Where(row => !rows[row].IsFinished)];
        if (left.Length > 0 && left.Length < rows.Count)
        {
            using var index = tensor(left.Select(row => (long)row).ToArray(), ScalarType.Int64, _device);
            SelectSeen(index);
        }
        _keepRS = _prefillKeep.clone().DetachFromDisposeScope();
        _positions = [.. _prompts.Select(prompt => (long)prompt.Ids.Count)];
        _rows = [.. left.Select(row => rows[row])];
        List<int> from = [.. left.Select(row => (int)sources[row])];
        if (from.Count != _prompts.Count || !from.SequenceEqual(Enumerable.Range(0, from.Count)))
            Select(from, _rows, cache, rowsAreSelected: true);
    }

    private void Select(List<int> sources, List<Continuation> rows, IDecoderCache cache, bool rowsAreSelected = false)
    {
        if (!rowsAreSelected) _rows = [.. sources.Select(source => rows[source])];
        if (sources.Count == 0) return;
        _positions = [.. sources.Select(source => _positions[source])];
        using var index = tensor(sources.Select(source => (long)source).ToArray(), ScalarType.Int64, _device);
        cache.SelectRows(index);
        if (!rowsAreSelected) SelectSeen(index);
        var keep = _keepRS!.index_select(0, index).DetachFromDisposeScope();
        _keepRS.Dispose();
        _keepRS = keep;
    }

    private void SelectSeen(Tensor index)
    {
        if (_seenRS is not { } seen) return;
        _seenRS = seen.index_select(0, index).DetachFromDisposeScope();
        seen.Dispose();
    }
}
