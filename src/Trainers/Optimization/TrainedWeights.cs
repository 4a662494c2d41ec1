using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>
/// The weights that an optimizer updates: the model's own, or float32 masters of a model that computes in a narrower type. Steps smaller
/// than half a unit of the narrow type's last place would be lost in the model itself.
/// </summary>
/// <remarks>Gradients of each pass are added to the masters' in float32 and dropped, so that a model has a narrow gradient of one pass at
/// most. Owns the masters; the model is borrowed.</remarks>
public sealed class TrainedWeights : IDisposable
{
    private readonly IReadOnlyList<(string Name, Tensor Model, Tensor Trained)> _weights;
    private readonly bool _masters;

    private TrainedWeights(IReadOnlyList<(string, Tensor, Tensor)> weights, bool masters) => (_weights, _masters) = (weights, masters);

    /// <summary>Name and tensor of what is updated, in order: its <c>grad</c> is the gradient of an update. Borrowed.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => [.. _weights.Select(weight => KeyValuePair.Create(weight.Name, weight.Trained))];

    /// <summary>Makes them, with gradients switched on in the model.</summary>
    /// <param name="model">The parameters that are trained. Borrowed.</param>
    /// <param name="masters">Whether parameters narrower than float32 get masters.</param>
    /// <returns>The weights; the caller disposes them.</returns>
    public static TrainedWeights Of(IEnumerable<KeyValuePair<string, Tensor>> model, bool masters)
    {
        using var noGradients = no_grad();
        var any = false;
        var weights = new List<(string, Tensor, Tensor)>();
        foreach (var (name, parameter) in model)
        {
            parameter.requires_grad_(true);
            var isNarrow = masters && parameter.dtype is ScalarType.BFloat16 or ScalarType.Float16;
            any |= isNarrow;
            weights.Add((name, parameter, isNarrow ? parameter.detach().to(ScalarType.Float32).DetachFromDisposeScope() : parameter));
        }

        return new(weights, any);
    }

    /// <summary>Takes the gradients that a pass left in the model.</summary>
    public void Collect()
    {
        if (!_masters) return;
        using var noGradients = no_grad();
        foreach (var (_, model, trained) in _weights)
        {
            if (ReferenceEquals(model, trained)) continue;
            using var scope = NewDisposeScope();
            if (model.grad is not { } gradient) continue;
            if (trained.grad is { } sum) sum.add_(gradient.to(ScalarType.Float32), Scalars.Of(1L));
            else trained.grad = gradient.to(ScalarType.Float32).DetachFromDisposeScope();
            model.grad = null;
        }
    }

    /// <summary>Rounds the masters into the model, after an update.</summary>
    public void Publish()
    {
        if (!_masters) return;
        using var noGradients = no_grad();
        foreach (var (_, model, trained) in _weights)
            if (!ReferenceEquals(model, trained)) model.copy_(trained);
    }

    /// <summary>Drops the gradients.</summary>
    public void ClearGradients()
    {
        foreach (var (_, model, trained) in _weights)
        {
            Clear(model);
            if (!ReferenceEquals(model, trained)) Clear(trained);
        }
    }

    /// <summary>Frees the masters, drops the gradients and switches them off in the model.</summary>
    public void Dispose()
    {
        ClearGradients();
        foreach (var (_, model, trained) in _weights)
        {
            model.requires_grad_(false);
            if (!ReferenceEquals(model, trained)) trained.Dispose();
        }
    }

    private static void Clear(Tensor parameter)
    {
        using var gradient = parameter.grad;
        if (gradient is not null) parameter.grad = null;
    }
}
