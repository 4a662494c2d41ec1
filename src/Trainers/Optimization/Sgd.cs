using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>
/// Gradient descent with momentum, dampening and Nesterov's variant; weight decay is added to the gradient (torch.optim.SGD).
/// </summary>
public sealed class Sgd : IOptimizer
{
    private readonly OptimizerOptions _options;
    private readonly OptimizerSlots _velocities;

    /// <summary>Over groups of parameters.</summary>
    /// <param name="groups">The parameters to update. Borrowed.</param>
    /// <param name="options">Momentum, dampening, Nesterov; weight decay is each group's own.</param>
    /// <exception cref="ArgumentException">The options are invalid; all are listed.</exception>
    public Sgd(IReadOnlyList<ParameterGroup> groups, OptimizerOptions options)
    {
        OptimizerSlots.RequireSound(options);
        (Groups, _options, _velocities) = (groups, options, new OptimizerSlots("momentum_buffer", groups));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using Scalar momentum = Scalars.New(_options.Momentum), undampened = Scalars.New(Steps == 0 ? 1 : 1 - _options.Dampening), step = Scalars.New(-learningRate);
        for (var i = 0; i < _velocities.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (parameter, velocity) = (_velocities.Parameter(i), _velocities[i]);
            var gradient = _velocities.Gradient(i);
            if (_velocities.WeightDecay(i) is not 0 and var decay)
            {
                using var share = Scalars.New(decay);
                gradient = gradient.add(parameter, share);
            }

            if (_options.Momentum != 0)
            {
                // The first velocity is the gradient itself, undampened, as in torch.
                velocity.mul_(momentum).add_(gradient, undampened);
                gradient = _options.Nesterov ? gradient.add(velocity, momentum) : velocity;
            }

            parameter.add_(gradient, step);
        }

        Steps++;
    }

    /// <inheritdoc/>
    public OptimizerState Save() => new() { Kind = "sgd", Steps = Steps, Tensors = _options.Momentum != 0 ? [.. _velocities.Named()] : [] };

    /// <inheritdoc/>
    public void Restore(string kind, long steps, Action<string, Tensor> fill)
    {
        OptimizerSlots.RequireKind("sgd", kind);
        if (_options.Momentum != 0) _velocities.Fill(fill);
        Steps = steps;
    }

    /// <summary>Frees the velocities; the parameters are left as they are.</summary>
    public void Dispose() => _velocities.Dispose();
}
