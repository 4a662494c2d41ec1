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
        using var scope = NewDisposeScope();
        for (var i = 0; i < _velocities.Count; i++)
        {
            var (parameter, velocity) = (_velocities.Parameter(i), _velocities[i]);
            var gradient = _velocities.Gradient(i);
            if (_velocities.WeightDecay(i) is not 0 and var decay) gradient = gradient.add(parameter, decay);
            if (_options.Momentum != 0)
            {
                // The first velocity is the gradient itself, undampened, as in torch.
                velocity.mul_(_options.Momentum).add_(gradient, Steps == 0 ? 1 : 1 - _options.Dampening);
                gradient = _options.Nesterov ? gradient.add(velocity, _options.Momentum) : velocity;
            }

            parameter.add_(gradient, -learningRate);
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
