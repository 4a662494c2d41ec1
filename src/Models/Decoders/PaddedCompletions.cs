using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Reads completions as separate rows, each with its whole prompt, padded on the right: correct for every decoder, and the reference for those
/// that share prompts.
/// </summary>
internal static class PaddedCompletions
{
    /// <summary>The hidden states before each completion token, [N, D].</summary>
    public static Tensor Hidden(IDecoder decoder, CompletionInput input)
    {
        input.RequireSound();
        var width = input.Completions.Max(completion => input.Prompts[completion.Prompt].Count + completion.Ids.Count);
        var ids = new long[input.Completions.Count * width];
        var keep = new bool[ids.Length];
        var predicting = new List<long>();
        for (var row = 0; row < input.Completions.Count; row++)
        {
            var (prompt, completion) = (input.Prompts[input.Completions[row].Prompt], input.Completions[row].Ids);
            keep.AsSpan(row * width, prompt.Count + completion.Count).Fill(true);
            for (var i = 0; i < prompt.Count; i++) ids[(row * width) + i] = prompt[i];
            for (var i = 0; i < completion.Count; i++)
            {
                var cell = (row * width) + prompt.Count + i;
                ids[cell] = completion[i];
                predicting.Add(cell - 1);
            }
        }
        using var scope = NewDisposeScope();
        var hiddenBTD = decoder.Hidden(new DecoderInput
        {
            IdsBT = tensor(ids, [input.Completions.Count, width], ScalarType.Int64, decoder.Device),
            KeepMaskBT = tensor(keep, [input.Completions.Count, width], ScalarType.Bool, decoder.Device),
        });
        return hiddenBTD.reshape(-1, hiddenBTD.shape[^1]).index_select(0, tensor(predicting.ToArray(), ScalarType.Int64, decoder.Device))
            .MoveToOuterDisposeScope();
    }
}
