using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Probes;

/// <summary>What a model computes of a text: the hidden states of its middle and last layer at the last token.</summary>
public static class HiddenFeatures
{
    /// <summary>Most tokens of one pass, padding included.</summary>
    private const int PassTokens = 8192;

    /// <summary>Computes them.</summary>
    /// <param name="model">The model, without an adapter beside its weights. Borrowed.</param>
    /// <param name="sequences">Tokens of each text; at least one a text.</param>
    /// <param name="cancellationToken">Checked once a pass.</param>
    /// <returns>For each text the D numbers of the middle layer, then the D of the last one after the final norm.</returns>
    /// <exception cref="UserErrorException">An adapter is beside the weights, a text has no token, or one is longer than the model's
    /// positions.</exception>
    public static double[][] Of(PretrainedModel model, IReadOnlyList<IReadOnlyList<int>> sequences, CancellationToken cancellationToken)
    {
        if (model.Decoder is not LlamaDecoder decoder) throw new UserErrorException($"{model.Directory}: a probe reads hidden states of plain weights, and an adapter is on these. Merge it first (gate model merge).");
        foreach (var sequence in sequences)
            if (sequence.Count == 0 || sequence.Count > decoder.MaxPositions)
                throw new UserErrorException(Invariant($"A text has {sequence.Count} tokens; a probe reads 1 to {decoder.MaxPositions}, the model's positions."));
        var features = new double[sequences.Count][];
        using var noGradients = no_grad();
        foreach (var pass in Passes(sequences))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = pass.Select(index => sequences[index]).ToList();
            var width = rows.Max(row => row.Count);
            var (ids, keep) = (new long[rows.Count * width], new bool[rows.Count * width]);
            for (var row = 0; row < rows.Count; row++)
                for (var at = 0; at < rows[row].Count; at++) (ids[(row * width) + at], keep[(row * width) + at]) = (rows[row][at], true);
            long[] shape = [rows.Count, width];
            var states = decoder.HiddenStates(new DecoderInput { IdsBT = tensor(ids, shape, device: decoder.Device), KeepMaskBT = tensor(keep, shape, device: decoder.Device) });
            var last = tensor(rows.Select((row, index) => ((long)index * width) + row.Count - 1).ToArray(), device: decoder.Device);
            var (middle, final) = (At(states[(states.Count - 1) / 2], last), At(states[^1], last));
            var size = middle.Length / rows.Count;
            for (var row = 0; row < rows.Count; row++) features[pass[row]] = [.. middle.AsSpan(row * size, size), .. final.AsSpan(row * size, size)];
            foreach (var state in states) state.Dispose();
        }

        return features;
    }

    // Texts of like length together, so that little is padded.
    private static IEnumerable<int[]> Passes(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        var pass = new List<int>();
        foreach (var index in Enumerable.Range(0, sequences.Count).OrderBy(index => sequences[index].Count))
        {
            if (pass.Count > 0 && (pass.Count + 1) * sequences[index].Count > PassTokens)
            {
                yield return [.. pass];
                pass.Clear();
            }

            pass.Add(index);
        }

        if (pass.Count > 0) yield return [.. pass];
    }

    private static double[] At(Tensor statesBTD, Tensor last) =>
        statesBTD.reshape(-1, statesBTD.shape[^1]).index_select(0, last).to(ScalarType.Float64).cpu().data<double>().ToArray();
}
