using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Batches;

/// <summary>Prompts with completions of different lengths, right-padded. Owns its tensors.</summary>
/// <remarks>B rows, C tokens of the longest completion, N completion tokens in all.</remarks>
public sealed class CompletionBatch : IDisposable
{
    private readonly TokenBatch _tokens;
    private readonly Tensor _cellN;

    private CompletionBatch(TokenBatch tokens, Tensor cellN, Tensor maskBC, IReadOnlyList<int> lengths) =>
        (_tokens, _cellN, MaskBC, Lengths) = (tokens, cellN, maskBC, lengths);

    /// <summary>[B, C], bool: true for a token of the completion, false behind its end.</summary>
    public Tensor MaskBC { get; }

    /// <summary>Tokens of each completion.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Tokens of prompts and completions, padding left out.</summary>
    public int TokenCount => _tokens.TokenCount;

    /// <summary>[N], int64: the completions' tokens, row by row. Borrowed.</summary>
    public Tensor TargetsN => _tokens.TargetsN;

    /// <summary>Makes a batch.</summary>
    /// <param name="rows">At least one; each with at least one token of prompt and completion.</param>
    /// <param name="padId">Token that fills up; any token of the vocabulary.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No rows, or an empty prompt or completion.</exception>
    public static CompletionBatch Of(IReadOnlyList<TokenExample> rows, int padId, Device device)
    {
        if (rows.FirstOrDefault(row => row.PromptIds.Count == 0 || row.CompletionIds.Count == 0) is { } empty)
            throw new ArgumentException($"Row '{empty.Id}' has an empty prompt or completion; both need a token.", nameof(rows));
        var tokens = Collation.RightPadded([.. rows.Select(row => TokenRow.Of(row, TargetTokens.Completion))], padId, device);
        int[] lengths = [.. rows.Select(row => row.CompletionIds.Count)];
        var width = lengths.Max();
        var mask = new bool[rows.Count * width];
        for (var b = 0; b < lengths.Length; b++) mask.AsSpan(b * width, lengths[b]).Fill(true);
        long[] cells = [.. Enumerable.Range(0, mask.Length).Where(cell => mask[cell]).Select(cell => (long)cell)];
        return new(tokens, tensor(cells, device: device).DetachFromDisposeScope(), tensor(mask, [rows.Count, width], device: device).DetachFromDisposeScope(), lengths);
    }

    /// <summary>The distribution each completion token is drawn from, as natural logarithms.</summary>
    /// <param name="decoder">Borrowed.</param>
    /// <param name="temperature">Divides them.</param>
    /// <param name="dtype">Number type to compute with from here on; float32, or the decoder's where that is wider, when <c>null</c>.</param>
    /// <returns>[N, V]; the caller disposes it.</returns>
    public Tensor LogProbabilities(IDecoder decoder, double temperature, ScalarType? dtype = null)
    {
        using var scope = NewDisposeScope();
        var hiddenBTD = decoder.Hidden(_tokens.ToDecoderInput());
        var logitsNV = decoder.Logits(hiddenBTD.reshape(-1, hiddenBTD.shape[^1]).index_select(0, _tokens.PredictionIndexN));
        logitsNV = logitsNV.to(dtype ?? (logitsNV.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32));
        return (temperature == 1 ? logitsNV : logitsNV / temperature).log_softmax(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Of each token's distribution, the log-probability of the token.</summary>
    /// <param name="logProbabilitiesNV">[N, V]. Borrowed.</param>
    /// <returns>[N]; the caller disposes it.</returns>
    public Tensor OfTargets(Tensor logProbabilitiesNV)
    {
        using var scope = NewDisposeScope();
        return logProbabilitiesNV.gather(-1, TargetsN.unsqueeze(-1)).squeeze(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Values of the completions' tokens in their rows, 0 behind a completion's end. Differentiable.</summary>
    /// <param name="valuesN">[N]. Borrowed.</param>
    /// <returns>[B, C]; the caller disposes it.</returns>
    public Tensor InRows(Tensor valuesN)
    {
        using var scope = NewDisposeScope();
        var cells = zeros([MaskBC.numel()], valuesN.dtype, valuesN.device);
        return cells.scatter(0, _cellN, valuesN).reshape(MaskBC.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        _cellN.Dispose();
        MaskBC.Dispose();
    }
}
