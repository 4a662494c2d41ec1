using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>The two moments of Adam and AdamW and the update computed from them.</summary>
/// <remarks>
/// torch's update  p -= lr / c1 * m / (sqrt(v) / sqrt(c2) + eps)  with c = 1 - beta^step is computed as
/// p -= (lr * sqrt(c2) / c1) * m / (sqrt(v) + eps * sqrt(c2)): the same number, one pass over the parameter less.
/// </remarks>
internal sealed class AdamMoments : IDisposable
{
    private readonly OptimizerOptions _options;
    private readonly bool _decoupledDecay;
    private readonly OptimizerSlots _means;
    private readonly OptimizerSlots _squares;
    private readonly string _kind;

    private readonly bool _fused;

    /// <summary>The moments of parameters, zero at first.</summary>
    /// <param name="kind">Name in a saved state.</param>
    /// <param name="groups">The parameters. Borrowed.</param>
    /// <param name="options">Betas and epsilon.</param>
    /// <param name="decoupledDecay">Whether the decay is AdamW's.</param>
    /// <param name="fused">Whether libtorch's own operator updates them all at once; where it pays when <c>null</c>.</param>
    public AdamMoments(string kind, IReadOnlyList<ParameterGroup> groups, OptimizerOptions options, bool decoupledDecay, bool? fused = null)
    {
        OptimizerSlots.RequireSound(options);
        (_kind, _options, _decoupledDecay) = (kind, options, decoupledDecay);
        _fused = fused ?? FusedAdam.Serves(groups[0].Parameters[0].Value);
        (_means, _squares) = (new OptimizerSlots("exp_avg", groups), new OptimizerSlots("exp_avg_sq", groups));
    }

    public long Steps { get; private set; }

    public void Step(double learningRate)
    {
        if (_fused)
        {
            StepFused(learningRate);
            return;
        }

        using var noGrad = no_grad();
        var (beta1, beta2) = (_options.Beta1, _options.Beta2);
        Steps++;
        var rootCorrection2 = Math.Sqrt(1 - Math.Pow(beta2, Steps));
        var stepSize = learningRate * rootCorrection2 / (1 - Math.Pow(beta1, Steps));
        using Scalar keepMean = Scalars.New(beta1), addMean = Scalars.New(1 - beta1), keepSquare = Scalars.New(beta2), addSquare = Scalars.New(1 - beta2);
        using Scalar epsilon = Scalars.New(_options.Epsilon * rootCorrection2), step = Scalars.New(-stepSize);
        for (var i = 0; i < _means.Count; i++)
        {
            using var scope = NewDisposeScope(); // of one parameter: no more than one denominator exists
            var (parameter, mean, square) = (_means.Parameter(i), _means[i], _squares[i]);
            var gradient = _means.Gradient(i);
            var decay = _means.WeightDecay(i);
            if (decay != 0)
            {
                using var share = Scalars.New(_decoupledDecay ? 1 - (learningRate * decay) : decay);
                if (_decoupledDecay) parameter.mul_(share);
                else gradient = gradient.add(parameter, share);
            }

            mean.mul_(keepMean).add_(gradient, addMean);
            square.mul_(keepSquare).addcmul_(gradient, gradient, addSquare);
            var denominator = square.sqrt().add_(epsilon, Scalars.Of(1L));
            parameter.addcdiv_(mean, denominator, step);
        }
    }

    private void StepFused(double learningRate)
    {
        using var scope = NewDisposeScope();
        Steps++;
        foreach (var group in Enumerable.Range(0, _means.Count).GroupBy(_means.WeightDecay))
            FusedAdam.Step(_decoupledDecay, [.. group.Select(_means.Parameter)], [.. group.Select(_means.Gradient)], [.. group.Select(i => _means[i])],
                [.. group.Select(i => _squares[i])], Steps, learningRate, group.Key, _options);
    }

    public OptimizerState Save() => new() { Kind = _kind, Steps = Steps, Tensors = [.. _means.Named(), .. _squares.Named()] };

    public void Restore(string kind, long steps, Action<string, Tensor> fill)
    {
        OptimizerSlots.RequireKind(_kind, kind);
        _means.Fill(fill);
        _squares.Fill(fill);
        Steps = steps;
    }

    public void Dispose()
    {
        _means.Dispose();
        _squares.Dispose();
    }
}
