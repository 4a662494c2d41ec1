using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Data;

/// <summary>Makes a batch of rows.</summary>
public static class Collation
{
    /// <summary>Rows under one another, padded on the right to the longest.</summary>
    /// <param name="rows">At least one. A row of several sequences keeps them apart: positions start over, attention does not cross, the
    /// first token of each is not predicted.</param>
    /// <param name="padId">Token that fills up; any token of the vocabulary, for it is never read.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No rows, or a row whose parts differ in length.</exception>
    public static TokenBatch RightPadded(IReadOnlyList<TokenRow> rows, int padId, Device device)
    {
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));
        var width = rows.Max(row => row.Ids.Count);
        var cells = rows.Count * width;
        var (ids, labels, positions, segments, keep) = (new long[cells], new long[cells], new long[cells], new long[cells], new bool[cells]);
        Array.Fill(ids, padId);
        Array.Fill(labels, TokenRow.Ignored);
        var (index, targets) = (new List<long>(), new List<long>());
        for (var b = 0; b < rows.Count; b++)
        {
            var row = rows[b];
            if (row.Labels.Count != row.Ids.Count || row.SequenceLengths.Sum() != row.Ids.Count)
                throw new ArgumentException(Invariant($"A row has {row.Ids.Count} tokens, {row.Labels.Count} labels and sequences of {row.SequenceLengths.Sum()} together; the three must be equal."), nameof(rows));
            var cell = b * width;
            for (var s = 0; s < row.SequenceLengths.Count; s++)
                for (var position = 0; position < row.SequenceLengths[s]; position++, cell++)
                {
                    var t = cell - (b * width);
                    (ids[cell], positions[cell], segments[cell], keep[cell]) = (row.Ids[t], position, s, true);
                    var label = position == 0 && row.SequenceLengths.Count > 1 ? TokenRow.Ignored : row.Labels[t];
                    labels[cell] = label;
                    if (label == TokenRow.Ignored || position == 0) continue;
                    index.Add(cell - 1);
                    targets.Add(label);
                }

            segments.AsSpan(cell, ((b + 1) * width) - cell).Fill(row.SequenceLengths.Count);
        }

        long[] shape = [rows.Count, width];
        return new()
        {
            IdsBT = Made(tensor(ids, shape, device: device)),
            LabelsBT = Made(tensor(labels, shape, device: device)),
            KeepMaskBT = Made(tensor(keep, shape, device: device)),
            PositionsBT = Made(tensor(positions, shape, device: device)),
            SegmentsBT = rows.Any(row => row.SequenceLengths.Count > 1) ? Made(tensor(segments, shape, device: device)) : null,
            PredictionIndexN = Made(tensor(index.ToArray(), [index.Count], device: device)),
            TargetsN = Made(tensor(targets.ToArray(), [targets.Count], device: device)),
            TargetCount = targets.Count,
            TokenCount = rows.Sum(row => row.Ids.Count),
            ExampleIds = [.. rows.SelectMany(row => row.ExampleIds).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>All rows behind one another in one row without padding (TRL's padding-free batch).</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No rows, or a row whose parts differ in length.</exception>
    public static TokenBatch PaddingFree(IReadOnlyList<TokenRow> rows, Device device) => RightPadded([Packing.Join(rows)], 0, device);

    private static Tensor Made(Tensor made) => made.DetachFromDisposeScope();
}
