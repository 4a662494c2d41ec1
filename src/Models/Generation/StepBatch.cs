using System.Numerics;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Continues rows whose prompts are in the cache by steps of fixed shape: the tokens are looked at once a block, finished rows go on idly
/// until they are three quarters of all, and room is made in powers of two.
/// </summary>
internal sealed class StepBatch
{
    /// <summary>Steps between two looks at the tokens.</summary>
    internal const int Block = 8;

    private const long SmallestRoom = 256; // columns
    private readonly LlamaDecoder _decoder;
    private readonly KeyValueCache _cache;
    private readonly SamplingOptions _sampling;
    private readonly IReadOnlySet<int> _eosIds;
    private readonly StepDecoding _decoding;

    public StepBatch(LlamaDecoder decoder, KeyValueCache cache, SamplingOptions sampling, IReadOnlySet<int> eosIds, StepDecoding decoding) =>
        (_decoder, _cache, _sampling, _eosIds, _decoding) = (decoder, cache, sampling, eosIds, decoding);

    /// <summary>Columns to make room for when so many are needed: a power of two, and no more than there will ever be.</summary>
    public static long Room(long needed, long most) => Math.Min(most, Math.Max(SmallestRoom, (long)BitOperations.RoundUpToPowerOf2((ulong)needed)));

    /// <summary>Continues every row to its end.</summary>
    /// <param name="rows">Unfinished continuations in the order of the cache's rows; each has drawn its first token.</param>
    /// <param name="mostColumns">Tokens that a row of the cache can come to, padding included.</param>
    /// <param name="cancellationToken">Checked before every block.</param>
    public void Run(IReadOnlyList<Continuation> rows, long mostColumns, CancellationToken cancellationToken)
    {
        while (rows.Count > 0)
        {
            _cache.Extend(Math.Max(_cache.Capacity, Room(_cache.Length + 1, mostColumns)));
            RunShape(rows, cancellationToken);
            int[] left = [.. Enumerable.Range(0, rows.Count).Where(row => !rows[row].IsFinished)];
            if (left.Length > 0 && left.Length < rows.Count)
            {
                using var index = tensor(left.Select(row => (long)row).ToArray(), ScalarType.Int64, _decoder.Device);
                _cache.SelectRows(index);
            }
            rows = [.. left.Select(row => rows[row])];
        }
    }

    // Until there is no room, or few rows are left.
    private void RunShape(IReadOnlyList<Continuation> rows, CancellationToken cancellationToken)
    {
        using var forms = new UsualForms(_decoder.Device);
        using var state = new StepState(_decoder, _cache, _sampling, rows, Block);
        using var runner = new StepRunner(state, _decoding);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var steps = (int)Math.Min(Math.Min(Block, _cache.Capacity - _cache.Length), rows.Max(row => row.Remaining * (row.IsFinished ? 0 : 1)));
            state.Load(Draws(rows, steps));
            for (var step = 0; step < steps; step++) runner.Step();
            Append(rows, state.Drawn());
            var unfinished = rows.Count(row => !row.IsFinished);
            if (unfinished * 4 <= rows.Count || _cache.Length == _cache.Capacity) return;
        }
    }

    // Numbers of steps that a row does not take any more are its own: no other row's response depends on them.
    private double[] Draws(IReadOnlyList<Continuation> rows, int steps)
    {
        if (_sampling.IsGreedy) return [];
        var draws = new double[steps * rows.Count];
        for (var row = 0; row < rows.Count; row++)
            for (var step = 0; step < steps && !rows[row].IsFinished; step++) draws[(step * rows.Count) + row] = rows[row].NextDraw();
        return draws;
    }

    private void Append(IReadOnlyList<Continuation> rows, long[] ids)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            var row = rows[i % rows.Count];
            if (row.IsFinished) continue;
            if (ids[i] < 0 || ids[i] >= _decoder.VocabularySize)
                throw new UserErrorException(Invariant($"The model cannot answer '{row.Key}': the logits of token {row.NewIds.Count + 1} of the answer hold a number that is not finite, or none that is; the weights are broken."));
            row.Append((int)ids[i], _eosIds);
        }
    }
}
