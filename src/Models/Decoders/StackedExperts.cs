using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Experts in the layout that transformers 5 computes with: all of a layer in two tensors, <c>mlp.experts.gate_up_proj</c>, [X, 2I, D], and
/// <c>mlp.experts.down_proj</c>, [X, D, I]. Its <c>save_pretrained</c> writes them one by one; other tools save what they find.
/// </summary>
internal static class StackedExperts
{
    /// <summary>Places of the parameters in such tensors, by name; of none where the checkpoint has the experts one by one.</summary>
    public static IReadOnlyDictionary<string, TensorPlace> Places(CheckpointReader checkpoint, DecoderConfig config)
    {
        var places = new Dictionary<string, TensorPlace>(StringComparer.Ordinal);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            if (config.LayerPlans[layer].Experts is not { } experts) continue;
            foreach (var block in ((string[])[config.Names.Experts, "mlp.experts"]).Distinct())
            {
                if (!checkpoint.Tensors.ContainsKey(config.Names.Layer(layer, block + ".gate_up_proj"))) continue;
                AddLayer(places, config, layer, experts, block);
                var (router, moved) = (config.Names.Layer(layer, config.Names.Router + ".weight"), config.Names.Layer(layer, block[..^".experts".Length] + ".gate.weight"));
                if (!checkpoint.Tensors.ContainsKey(router)) places[router] = new TensorPlace(moved, [experts.Count, config.HiddenSize]);
                break;
            }
        }
        return places;
    }

    private static void AddLayer(Dictionary<string, TensorPlace> places, DecoderConfig config, int layer, ExpertSettings experts, string block)
    {
        long wide = experts.IntermediateSize, hidden = config.HiddenSize;
        var (gateUp, down) = (config.Names.Layer(layer, block + ".gate_up_proj"), config.Names.Layer(layer, block + ".down_proj"));
        for (var expert = 0; expert < experts.Count; expert++)
        {
            Add(config.Names.Expert.Gate, new(gateUp, [experts.Count, 2 * wide, hidden], expert * 2 * wide * hidden));
            Add(config.Names.Expert.Up, new(gateUp, [experts.Count, 2 * wide, hidden], ((expert * 2) + 1) * wide * hidden));
            Add(config.Names.Expert.Down, new(down, [experts.Count, hidden, wide], expert * hidden * wide));
            void Add(string projection, TensorPlace place) => places[config.Names.ExpertOf(layer, expert, projection) + ".weight"] = place;
        }
    }
}
