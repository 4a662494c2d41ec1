using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Adam; weight decay is an L2 term added to the gradient (arXiv:1412.6980; torch.optim.Adam).</summary>
/// <param name="groups">The parameters to update. Borrowed.</param>
/// <param name="options">Betas, epsilon; weight decay is each group's own.</param>
/// <param name="fused">Whether libtorch's own operator updates all parameters at once; on a GPU only when <c>null</c>.</param>
/// <exception cref="ArgumentException">The options are invalid; all are listed.</exception>
public sealed class Adam(IReadOnlyList<ParameterGroup> groups, OptimizerOptions options, bool? fused = null) : IOptimizer
{
    private readonly AdamMoments _moments = new("adam", groups, options, decoupledDecay: false, fused);

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; } = groups;

    /// <inheritdoc/>
    public long Steps => _moments.Steps;

    /// <inheritdoc/>
    public void Step(double learningRate) => _moments.Step(learningRate);

    /// <inheritdoc/>
    public OptimizerState Save() => _moments.Save();

    /// <inheritdoc/>
    public void Restore(string kind, long steps, Action<string, Tensor> fill) => _moments.Restore(kind, steps, fill);

    /// <summary>Frees the moments; the parameters are left as they are.</summary>
    public void Dispose() => _moments.Dispose();
}
