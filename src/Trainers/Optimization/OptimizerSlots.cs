using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>One remembered tensor for each parameter, zero at first, of the parameter's shape and number type.</summary>
internal sealed class OptimizerSlots : IDisposable
{
    private readonly List<(string Name, Tensor Parameter, double WeightDecay, Tensor Slot)> _slots = [];
    private readonly string _name;

    public OptimizerSlots(string name, IReadOnlyList<ParameterGroup> groups)
    {
        _name = name;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups)
            foreach (var (key, parameter) in group.Parameters)
            {
                if (!seen.Add(key)) throw new ArgumentException($"Parameter '{key}' stands in two groups; each is updated once a step.", nameof(groups));
                _slots.Add((key, parameter, group.WeightDecay, zeros_like(parameter).DetachFromDisposeScope()));
            }

        if (_slots.Count == 0) throw new ArgumentException("No parameters to update.", nameof(groups));
    }

    public int Count => _slots.Count;

    public Tensor this[int index] => _slots[index].Slot;

    public Tensor Parameter(int index) => _slots[index].Parameter;

    public double WeightDecay(int index) => _slots[index].WeightDecay;

    /// <summary>The parameter's gradient; a new handle, to be disposed.</summary>
    public Tensor Gradient(int index) =>
        _slots[index].Parameter.grad ?? throw new InvalidOperationException($"Parameter '{_slots[index].Name}' holds no gradient: it took no part in the loss. Leave it out of the optimizer or train it.");

    public IEnumerable<KeyValuePair<string, Tensor>> Named() => _slots.Select(slot => KeyValuePair.Create($"{_name}/{slot.Name}", slot.Slot));

    public void CopyFrom(OptimizerState state)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var saved = state.Tensors.ToDictionary(StringComparer.Ordinal);
        foreach (var (key, slot) in Named())
        {
            if (!saved.TryGetValue(key, out var tensor)) throw new ArgumentException($"The saved optimizer state lacks '{key}'.", nameof(state));
            if (!tensor.shape.SequenceEqual(slot.shape) || tensor.dtype != slot.dtype)
                throw new ArgumentException($"The saved '{key}' is {tensor.dtype} [{string.Join(", ", tensor.shape)}]; the parameter needs {slot.dtype} [{string.Join(", ", slot.shape)}].", nameof(state));
            slot.copy_(tensor);
        }
    }

    public static void RequireKind(string kind, OptimizerState state)
    {
        if (state.Kind != kind) throw new ArgumentException($"The saved state is of optimizer '{state.Kind}'; this one is '{kind}'.", nameof(state));
    }

    public static void RequireSound(OptimizerOptions options)
    {
        var problems = string.Join(" ", options.Problems());
        if (problems.Length > 0) throw new ArgumentException(problems, nameof(options));
    }

    public void Dispose()
    {
        foreach (var slot in _slots) slot.Slot.Dispose();
        _slots.Clear();
    }
}
