using SafetyGate.Models.Modules;
using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>A policy over tokens: given a prefix, one logit for each token of the vocabulary.</summary>
/// <remarks>
/// B sequences, T new tokens, D features, V tokens of the vocabulary. Differentiable with respect to <see cref="Parameters"/> unless
/// gradients are switched off. Not thread-safe.
/// </remarks>
public interface IDecoder : IDisposable
{
    /// <summary>V, the number of tokens a logit is given for.</summary>
    int VocabularySize { get; }

    /// <summary>Most positions of one sequence the decoder was made for; <see cref="int.MaxValue"/> when there is no limit.</summary>
    int MaxPositions { get; }

    /// <summary>Number type of parameters, hidden states and logits.</summary>
    torch.ScalarType Dtype { get; }

    /// <summary>Where the parameters live, and where inputs must.</summary>
    torch.Device Device { get; }

    /// <summary>
    /// The weights by their Hugging Face names, in a fixed order, tied weights once. Owned by the decoder; an optimizer changes them in
    /// place.
    /// </summary>
    ParameterSet Parameters { get; }

    /// <summary>The weights that training changes: all of them, or an adapter's. Owned by the decoder.</summary>
    ParameterSet Trained => Parameters;

    /// <summary>Begins a step of training: what its passes draw at random follows from the step.</summary>
    /// <param name="step">Steps done before.</param>
    void BeginStep(long step)
    {
    }

    /// <summary>
    /// The linear projections by the name of their module, such as <c>model.layers.0.self_attn.q_proj</c>, in the order of the parameters:
    /// where adapters are added. Empty for a decoder without any.
    /// </summary>
    IReadOnlyDictionary<string, Projection> Projections => new Dictionary<string, Projection>();

    /// <summary>
    /// The hidden states after the final norm. Passes may run on several threads at once, each with another cache.
    /// </summary>
    /// <param name="input">The input. Borrowed.</param>
    /// <param name="cache">Keys and values of the tokens before; the new tokens' are appended to it. Borrowed. Only with gradients switched
    /// off.</param>
    /// <returns>[B, T, D] of <see cref="Dtype"/>. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or the cache has no room.</exception>
    torch.Tensor Hidden(DecoderInput input, IDecoderCache? cache = null);

    /// <summary>The hidden states of the last token of each row: what predicts the next one.</summary>
    /// <param name="input">As for <see cref="Hidden"/>.</param>
    /// <param name="cache">As for <see cref="Hidden"/>.</param>
    /// <returns>[B, D] of <see cref="Dtype"/>. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Hidden"/>.</exception>
    torch.Tensor LastHidden(DecoderInput input, IDecoderCache? cache = null)
    {
        using var scope = torch.NewDisposeScope();
        var hiddenBTD = Hidden(input, cache);
        return hiddenBTD.select(1, hiddenBTD.shape[1] - 1).MoveToOuterDisposeScope();
    }

    /// <summary>The hidden states that predict the tokens of completions.</summary>
    /// <param name="input">Prompts, each read once, and their completions.</param>
    /// <returns>[N, D] of <see cref="Dtype"/>: one for each completion token, of the position before it, completion by completion. The
    /// caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no completion, or a prompt or completion is empty.</exception>
    torch.Tensor CompletionHidden(CompletionInput input) => PaddedCompletions.Hidden(this, input);

    /// <summary>A pass over rows that gradients take back.</summary>
    /// <param name="input">As for <see cref="Hidden"/>; its tensors must live until the pass is disposed.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept; decoders without layers keep
    /// all.</param>
    /// <returns>The pass over [B, T, D]; the caller disposes it.</returns>
    HiddenPass TrainingPass(DecoderInput input, bool recompute) => new KeptPass(Hidden(input));

    /// <summary>A pass over completions that gradients take back.</summary>
    /// <param name="input">As for <see cref="CompletionHidden"/>.</param>
    /// <param name="recompute">Whether layers are computed again on the way back instead of being kept.</param>
    /// <returns>The pass over [N, D]; the caller disposes it.</returns>
    HiddenPass TrainingPass(CompletionInput input, bool recompute) => new KeptPass(CompletionHidden(input));

    /// <summary>The logits of hidden states: all of them, or those a caller picked (the last position, the labeled positions).</summary>
    /// <param name="hiddenBTD">[.., D], from <see cref="Hidden"/> or <see cref="CompletionHidden"/>. Borrowed.</param>
    /// <returns>[.., V], unnormalized natural logarithms. The caller disposes it.</returns>
    torch.Tensor Logits(torch.Tensor hiddenBTD);

    /// <summary>An empty cache for generation.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="capacity">Most tokens of a row, padding included.</param>
    /// <returns>The cache; the caller disposes it. It is valid as long as the parameters do not change.</returns>
    IDecoderCache CreateCache(long batch, long capacity);
}
