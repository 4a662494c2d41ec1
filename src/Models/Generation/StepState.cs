using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// What a step of a batch reads and writes, at fixed places on the device: the tokens, their column, the random numbers, the tokens drawn.
/// </summary>
/// <remarks>R rows, V tokens of the vocabulary; a block is as many steps as are taken before the tokens are looked at.</remarks>
internal sealed class StepState : IDisposable
{
    private readonly LlamaDecoder _decoder;
    private readonly KeyValueCache _cache;
    private readonly SamplingOptions _sampling;
    private readonly int _rows;
    private readonly Tensor _idsR1, _savedR1, _column, _startsR1, _turn, _drawsKR, _drawnKR;
    private readonly Tensor? _seenRS;

    /// <param name="decoder">The decoder. Borrowed.</param>
    /// <param name="cache">Keys and values of the rows, its unused room cleared. Borrowed.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="rows">The rows; each has drawn at least one token, which is not in the cache yet.</param>
    /// <param name="block">Steps of a block.</param>
    public StepState(LlamaDecoder decoder, KeyValueCache cache, SamplingOptions sampling, IReadOnlyList<Continuation> rows, int block)
    {
        (_decoder, _cache, _sampling, _rows) = (decoder, cache, sampling, rows.Count);
        var length = cache.Length;
        _idsR1 = Whole([.. rows.Select(row => (long)row.LastId)], _rows, 1);
        _savedR1 = Whole(new long[_rows], _rows, 1);
        _column = Whole([length], 1);
        _startsR1 = Whole([.. rows.Select(row => length + 1 - row.PromptIds.Count - row.NewIds.Count)], _rows, 1);
        _turn = Whole([0], 1);
        _drawsKR = zeros([block, _rows], ScalarType.Float64, decoder.Device).DetachFromDisposeScope();
        _drawnKR = Whole(new long[block * _rows], block, _rows);
        if (sampling.RepetitionPenalty != 1) _seenRS = Seen(rows, cache.Capacity + 1);
    }

    /// <summary>Tokens drawn since <see cref="Load"/>.</summary>
    public int Taken { get; private set; }

    /// <summary>Begins a block.</summary>
    /// <param name="draws">Random numbers of its steps, row by row within a step; not read when greedy.</param>
    public void Load(double[] draws)
    {
        using var scope = NewDisposeScope();
        if (!_sampling.IsGreedy) _drawsKR.narrow(0, 0, draws.Length / _rows).copy_(tensor(draws, [draws.Length / _rows, _rows], ScalarType.Float64));
        _turn.zero_();
        Taken = 0;
    }

    /// <summary>The operators of a step: reads the tokens, draws the next ones and goes on by a column.</summary>
    public void Operators()
    {
        using var scope = NewDisposeScope();
        var hiddenRD = _decoder.StepHidden(_idsR1, _cache, new StepPlan(_decoder, _cache, _column, _startsR1));
        var drawsR1 = _sampling.IsGreedy ? null : _drawsKR.index_select(0, _turn).view(-1, 1);
        var idsR1 = NextTokenSampler.Ids(_decoder.Logits(hiddenRD), _sampling, drawsR1, _seenRS).unsqueeze(1);
        _drawnKR.index_copy_(0, _turn, idsR1.view(1, -1));
        _idsR1.copy_(idsR1.clamp(Scalars.Of(0L), Scalars.Of(_decoder.VocabularySize - 1L))); // no token, or none there is, is found by the host
        _column.add_(Scalars.Of(1L), Scalars.Of(1L));
        _turn.add_(Scalars.Of(1L), Scalars.Of(1L));
        _seenRS?.index_copy_(1, _column, _idsR1);
    }

    /// <summary>Counts a step whose operators ran.</summary>
    public void Advance()
    {
        _cache.Advance(1);
        Taken++;
    }

    /// <summary>Keeps what <see cref="Rewind"/> needs. Makes no tensor.</summary>
    public void Save()
    {
        using var scope = NewDisposeScope();
        _savedR1.copy_(_idsR1);
    }

    /// <summary>Undoes the operators of the step since <see cref="Save"/>: what else they wrote, the next run writes again.</summary>
    public void Rewind()
    {
        using var scope = NewDisposeScope();
        _drawnKR.narrow(0, Taken, 1).fill_(Scalars.Of(-2L)); // no token
        _idsR1.copy_(_savedR1);
        using var column = Scalars.New(_cache.Length);
        _column.fill_(column);
        _turn.fill_(Scalars.Of((long)Taken));
        var unread = _cache.Length + 1;
        _seenRS?.narrow(1, unread, _seenRS.shape[1] - unread).copy_(_seenRS.narrow(1, 0, 1)); // the column of a row's first token, or of none
    }

    /// <summary>What the operators of the present step left: tokens drawn, tokens to read, column and turn. Makes no tensor on the device.</summary>
    public long[] Left() =>
        [.. Drawn(Taken, 1), .. Host(_idsR1), .. Host(_column), .. Host(_turn)];

    /// <summary>Tokens drawn since <see cref="Load"/>, row by row within a step; −1 for a row without a distribution.</summary>
    public long[] Drawn() => Drawn(0, Taken);

    public void Dispose()
    {
        foreach (var tensor in new[] { _idsR1, _savedR1, _column, _startsR1, _turn, _drawsKR, _drawnKR }) tensor.Dispose();
        _seenRS?.Dispose();
    }

    private long[] Drawn(int first, int count)
    {
        using var part = _drawnKR.narrow(0, first, count);
        return Host(part);
    }

    private static long[] Host(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var onHost = numbers.cpu().contiguous();
        return onHost.data<long>().ToArray();
    }

    // Columns without a token of the row have its first one, which is seen anyway.
    private Tensor Seen(IReadOnlyList<Continuation> rows, long columns)
    {
        var seen = new long[_rows * columns];
        for (var row = 0; row < _rows; row++)
        {
            var (prompt, made) = (rows[row].PromptIds, rows[row].NewIds);
            var start = (row * columns) + _cache.Length + 1 - prompt.Count - made.Count;
            seen.AsSpan((int)(row * columns), (int)columns).Fill(prompt[0]);
            for (var i = 0; i < prompt.Count; i++) seen[start + i] = prompt[i];
            for (var i = 0; i < made.Count; i++) seen[start + prompt.Count + i] = made[i];
        }
        return Whole(seen, _rows, columns);
    }

    private Tensor Whole(long[] numbers, params long[] shape) =>
        tensor(numbers, shape, ScalarType.Int64, _decoder.Device).DetachFromDisposeScope();
}
