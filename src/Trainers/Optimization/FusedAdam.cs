using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>One update of many parameters as one operator of libtorch, by a line of TorchScript: on a GPU a few launches instead of
/// thousands.</summary>
internal static class FusedAdam
{
    private const string Text = """
        def adamw(params: List[Tensor], grads: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, decay: float, eps: float) -> Tensor:
            largest: List[Tensor] = []
            torch._fused_adamw_(params, grads, means, squares, largest, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
            return steps[0]

        def adam(params: List[Tensor], grads: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, decay: float, eps: float) -> Tensor:
            largest: List[Tensor] = []
            torch._fused_adam_(params, grads, means, squares, largest, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
            return steps[0]

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Text));

    /// <summary>Whether parameters are updated so: those on a GPU, where launches cost more than the arithmetic.</summary>
    public static bool Serves(Tensor parameter) => parameter.device_type == DeviceType.CUDA;

    /// <summary>Updates parameters that share a weight decay.</summary>
    /// <param name="decoupled">Whether the decay is AdamW's or a term of the gradient.</param>
    /// <param name="parameters">Updated in place, as are the moments. Borrowed.</param>
    /// <param name="gradients">One each. Borrowed.</param>
    /// <param name="means">First moments.</param>
    /// <param name="squares">Second moments.</param>
    /// <param name="steps">Updates, this one included.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="options">Betas and epsilon.</param>
    public static void Step(bool decoupled, IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> means,
        IReadOnlyList<Tensor> squares, long steps, double rate, double decay, OptimizerOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var count = tensor((float)steps, device: parameters[0].device);
        Unit.Value.invoke<Tensor>(decoupled ? "adamw" : "adam", parameters.ToArray(), gradients.ToArray(), means.ToArray(), squares.ToArray(),
            Enumerable.Repeat(count, parameters.Count).ToArray(), rate, options.Beta1, options.Beta2, decay, options.Epsilon);
    }
}
