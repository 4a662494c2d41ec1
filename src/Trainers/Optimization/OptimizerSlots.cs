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
                if (!seen.Add(key))
                    throw new ArgumentException($"Parameter '{key}' is in two groups; each is updated once a step.", nameof(groups));
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

    public IEnumerable<KeyValuePair<string, Tensor>> Named() =>
        _slots.Select(slot => KeyValuePair.Create($"{_name}/{slot.Name}", slot.Slot));

    public void Fill(Action<string, Tensor> fill)
    {
        foreach (var (key, slot) in Named()) fill(key, slot);
    }

    public static void RequireKind(string kind, string saved)
    {
        if (saved != kind) throw new ArgumentException($"The saved state is of optimizer '{saved}'; this one is '{kind}'.", nameof(saved));
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
