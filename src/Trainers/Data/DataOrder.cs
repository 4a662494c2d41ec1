using SafetyGate.Core.Runs;

namespace SafetyGate.Trainers.Data;

/// <summary>The order in which rows are read: each epoch a shuffle of all rows, drawn from its own named stream.</summary>
/// <remarks>
/// Epochs follow one another without a gap, so every batch is full and one may hold the end of an epoch and the start of the next.
/// The order is a function of seed and position alone: a resumed run needs no more than its step.
/// </remarks>
/// <param name="count">Rows, 1 or more.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="shuffle">False reads the rows in file order in every epoch.</param>
public sealed class DataOrder(int count, ulong seed, bool shuffle = true)
{
    private readonly int _count = count > 0
        ? count
        : throw new ArgumentOutOfRangeException(nameof(count), count, "There are no rows to read; a run needs at least one.");
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Index of the row read at a position.</summary>
    /// <param name="position">Rows read before, over all epochs.</param>
    public int this[long position]
    {
        get
        {
            var epoch = position / _count;
            if (epoch != _epoch)
            {
                _order = [.. Enumerable.Range(0, _count)];
                if (shuffle) new RandomStream(seed, Invariant($"data-order/{epoch}")).Shuffle(_order);
                _epoch = epoch;
            }

            return _order[position % _count];
        }
    }

    /// <summary>Indices of the rows read at consecutive positions.</summary>
    /// <param name="position">Rows read before, over all epochs.</param>
    /// <param name="length">Rows to read.</param>
    public int[] Range(long position, int length)
    {
        var rows = new int[length];
        for (var i = 0; i < length; i++) rows[i] = this[position + i];
        return rows;
    }
}
