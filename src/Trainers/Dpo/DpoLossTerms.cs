using static TorchSharp.torch;

namespace SafetyGate.Trainers.Dpo;

/// <summary>A loss and what is reported of its pairs. Owns its tensor.</summary>
/// <param name="Loss">Scalar; differentiable.</param>
/// <param name="Chosen">The chosen completions.</param>
/// <param name="Rejected">The rejected completions, in the same order.</param>
public sealed record DpoLossTerms(Tensor Loss, IReadOnlyList<DpoCompletionTerms> Chosen, IReadOnlyList<DpoCompletionTerms> Rejected) : IDisposable
{
    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Loss.Dispose();
}
