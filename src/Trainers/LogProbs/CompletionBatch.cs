using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>Prompts with completions of different lengths. Owns its tensors.</summary>
/// <remarks>B rows, C tokens of the longest completion, N completion tokens in all. Rows of the same prompt share its reading.</remarks>
public sealed class CompletionBatch : IDisposable
{
    private readonly CompletionInput _input;
    private readonly Tensor _cellN;

    private CompletionBatch(CompletionInput input, int tokenCount, Tensor targetsN, Tensor cellN, Tensor maskBC,
        IReadOnlyList<int> lengths) =>
        (_input, TokenCount, TargetsN, _cellN, MaskBC, Lengths) = (input, tokenCount, targetsN, cellN, maskBC, lengths);

    /// <summary>[B, C], bool: true for a token of the completion, false behind its end.</summary>
    public Tensor MaskBC { get; }

    /// <summary>Tokens of each completion.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Tokens of prompts and completions; a prompt counts in each of its rows.</summary>
    public int TokenCount { get; }

    /// <summary>[N], int64: the completions' tokens, row by row. Borrowed.</summary>
    public Tensor TargetsN { get; }

    /// <summary>Makes a batch.</summary>
    /// <param name="rows">At least one; each with at least one token of prompt and completion.</param>
    /// <param name="device">Where the tensors are made.</param>
    /// <returns>The batch; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">No rows, or an empty prompt or completion.</exception>
    public static CompletionBatch Of(IReadOnlyList<TokenExample> rows, Device device)
    {
        if (rows.FirstOrDefault(row => row.PromptIds.Count == 0 || row.CompletionIds.Count == 0) is { } empty)
            throw new ArgumentException($"Row '{empty.Id}' has an empty prompt or completion; both need a token.", nameof(rows));
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));
        int[] lengths = [.. rows.Select(row => row.CompletionIds.Count)];
        var width = lengths.Max();
        var mask = new bool[rows.Count * width];
        for (var b = 0; b < lengths.Length; b++) mask.AsSpan(b * width, lengths[b]).Fill(true);
        long[] cells = [.. Enumerable.Range(0, mask.Length).Where(cell => mask[cell]).Select(cell => (long)cell)];
        long[] targets = [.. rows.SelectMany(row => row.CompletionIds).Select(id => (long)id)];
        return new(
            CompletionInput.Of(rows.Select(row => (row.PromptIds, row.CompletionIds))),
            rows.Sum(row => row.Length),
            tensor(targets, device: device).DetachFromDisposeScope(),
            tensor(cells, device: device).DetachFromDisposeScope(),
            tensor(mask, [rows.Count, width], device: device).DetachFromDisposeScope(),
            lengths);
    }

    /// <summary>The hidden states before each completion token.</summary>
    /// <param name="decoder">Borrowed.</param>
    /// <returns>[N, D]; the caller disposes it.</returns>
    public Tensor Hidden(IDecoder decoder) => decoder.CompletionHidden(_input);

    /// <summary>The same as a pass that gradients take back.</summary>
    /// <param name="decoder">Borrowed.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept.</param>
    /// <returns>The pass over [N, D]; the caller disposes it.</returns>
    public HiddenPass Pass(IDecoder decoder, bool recompute) => decoder.TrainingPass(_input, recompute);

    /// <summary>Log-probabilities of the completions' tokens, [N], from their hidden states.</summary>
    /// <param name="decoder">Borrowed.</param>
    /// <param name="hiddenND">[N, D]. Borrowed.</param>
    /// <param name="query">What is asked besides.</param>
    /// <returns>The numbers; the caller disposes them.</returns>
    public TokenLogProbs LogProbs(IDecoder decoder, Tensor hiddenND, TokenQuery query) => TokenLogProbs.Of(decoder, hiddenND, TargetsN, query);

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
        TargetsN.Dispose();
        _cellN.Dispose();
        MaskBC.Dispose();
    }
}
