using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>The norm of all gradients together, and scaling them down to a ceiling (torch.nn.utils.clip_grad_norm_).</summary>
public static class GradientClipping
{
    // torch's own, so that a norm of exactly the ceiling is scaled as torch scales it.
    private const double TorchEpsilon = 1e-6;

    /// <summary>The p-norm over every number of every gradient; 0 when no parameter holds one.</summary>
    /// <param name="parameters">Their gradients are read. Borrowed.</param>
    /// <param name="normType">p ≥ 0; <see cref="double.PositiveInfinity"/> for the largest magnitude. Default 2.</param>
    /// <returns>The norm; NaN or infinite when a gradient is.</returns>
    /// <exception cref="ArgumentOutOfRangeException">p is not positive.</exception>
    public static double Norm(IEnumerable<Tensor> parameters, double normType = 2)
    {
        if (!(normType > 0))
            throw new ArgumentOutOfRangeException(nameof(normType), normType,
                Invariant($"The norm's type is {normType}; it must be above 0 (infinity for the largest magnitude)."));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norms = parameters.Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => OneNorm(gradient, normType))
            .ToList();
        return norms.Count == 0 ? 0 : OneNorm(stack(norms), normType).to(ScalarType.Float64).item<double>();
    }

    /// <summary>Scales all gradients by the same factor when their norm exceeds a ceiling.</summary>
    /// <param name="parameters">Their gradients are changed in place. Borrowed.</param>
    /// <param name="maxNorm">The ceiling, above 0.</param>
    /// <param name="normType">As in <see cref="Norm"/>.</param>
    /// <returns>The norm before scaling. When it is NaN or infinite nothing is scaled; the caller must stop.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The ceiling or p is not positive.</exception>
    public static double Clip(IReadOnlyCollection<Tensor> parameters, double maxNorm, double normType = 2)
    {
        if (!(maxNorm > 0))
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm,
                Invariant($"The largest gradient norm is {maxNorm}; it must be above 0."));
        var norm = Norm(parameters, normType);
        var factor = maxNorm / (norm + TorchEpsilon);
        if (!double.IsFinite(norm) || factor >= 1) return norm;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var shrink = Scalars.New(factor);
        foreach (var parameter in parameters) parameter.grad?.mul_(shrink);
        return norm;
    }

    private static Tensor OneNorm(Tensor values, double normType) => normType switch
    {
        2 => values.norm(),
        double.PositiveInfinity => values.abs().max(),
        1 => values.abs().sum(),
        _ => values.abs().pow(Scalars.Of(normType)).sum().pow(Scalars.Of(1 / normType)),
    };
}
