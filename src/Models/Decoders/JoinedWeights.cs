using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>The blocks that weights of a decoder lie in, by its architecture (<see cref="WeightBlock"/>).</summary>
internal sealed class JoinedWeights : IDisposable
{
    // Where libtorch begins a block of its own. Products round by where their numbers lie; a weight that would lie otherwise stays apart.
    private const long Alignment = 64;

    private readonly Dictionary<string, (WeightBlock Block, int Index)> _places = new(StringComparer.Ordinal);

    /// <summary>Blocks for the weights of an architecture; none is allocated yet.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="dtype">Number type of the weights.</param>
    /// <param name="device">Where they are.</param>
    public JoinedWeights(DecoderConfig config, ScalarType dtype, Device device)
    {
        if (device.type is not (DeviceType.CPU or DeviceType.CUDA)) return;
        var shapes = ParameterShapes.Of(config).ToDictionary(shape => shape.Name, shape => shape.Shape, StringComparer.Ordinal);
        foreach (var names in Groups(config))
        {
            var columns = shapes[names[0]][1];
            var block = new WeightBlock([.. names.Select(name => shapes[name][0])], columns, dtype, device);
            if (Enumerable.Range(0, names.Count).Any(index => block.Start(index) * columns * TensorBytes.ElementBytes(dtype) % Alignment != 0)) continue;
            for (var i = 0; i < names.Count; i++) _places.Add(names[i], (block, i));
        }
    }

    /// <summary>Room for a weight in its block, not set; <c>null</c> for a parameter that stands alone.</summary>
    /// <param name="name">Name of the parameter; asked for once.</param>
    /// <returns>[O, I]. The caller disposes it.</returns>
    public Tensor? Room(string name) => _places.TryGetValue(name, out var place) ? place.Block.Room(place.Index) : null;

    /// <summary>Moves weights that were made one by one into blocks, a block at a time.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="parameters">The weights; those of a set that borrows stay where they are.</param>
    public static void Join(DecoderConfig config, ParameterSet parameters)
    {
        if (parameters.IsBorrowing) return;
        using var noGradients = no_grad();
        var any = parameters[config.Names.Embedding + ".weight"];
        using var joined = new JoinedWeights(config, any.dtype, any.device);
        foreach (var names in Groups(config))
        {
            using var scope = NewDisposeScope();
            if (WeightBlock.Whole([.. names.Select(name => parameters[name])]) is not null) continue;
            foreach (var name in names)
                if (joined.Room(name) is { } room) parameters.Replace(name, room.copy_(parameters[name]));
        }
    }

    /// <summary>Lets go of the blocks: each lives as long as a weight in it.</summary>
    public void Dispose()
    {
        foreach (var (block, _) in _places.Values) block.Dispose();
    }

    // As the layers stack them (DecoderLayer). Experts stay apart, and so do matrices whose rows are inputs.
    private static IEnumerable<IReadOnlyList<string>> Groups(DecoderConfig config)
    {
        var names = config.Names;
        if (names.InputsFirst) yield break;
        for (var layer = 0; layer < config.Layers; layer++)
        {
            string Of(string module) => names.Layer(layer, module) + ".weight";
            if (names.StackedQueryKeyValue is null) yield return [Of(names.QueryKeyValue.Query), Of(names.QueryKeyValue.Key), Of(names.QueryKeyValue.Value)];
            if (names.StackedGateUp is null && names.Gate is { } gate && config.LayerPlans[layer].Experts is null) yield return [Of(gate), Of(names.Up)];
        }
    }
}
