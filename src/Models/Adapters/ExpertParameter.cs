using SafetyGate.Models.Families;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// A parameter that transformers 5 has for all experts of a layer, and the modules here that it is: a base computes with the same numbers
/// expert by expert.
/// </summary>
/// <param name="Module">The module that holds it, such as <c>model.layers.0.mlp.experts</c>.</param>
/// <param name="Name">Its own name there.</param>
/// <param name="Experts">X, experts.</param>
/// <param name="Outputs">O, rows for each expert.</param>
/// <param name="Inputs">I, columns.</param>
/// <param name="Projections">Names of an expert's projections, in the order of their rows.</param>
/// <param name="ModuleOf">Whole name of an expert's projection.</param>
internal sealed record ExpertParameter(string Module, string Name, int Experts, long Outputs, long Inputs, IReadOnlyList<string> Projections, Func<int, string, string> ModuleOf)
{
    private const string Block = "mlp.experts";

    /// <summary>Those of a base, in the order they are registered: a later one is wrapped around an earlier one.</summary>
    public static IEnumerable<ExpertParameter> Of(DecoderConfig config)
    {
        foreach (var (layer, plan) in config.LayerPlans.Index())
        {
            if (plan.Experts is not { } experts) continue;
            var module = config.Names.Layer(layer, Block);
            var (gate, up, down) = config.Names.Expert;
            string Of(int expert, string projection) => config.Names.ExpertOf(layer, expert, projection);
            yield return new(module, "gate_up_proj", experts.Count, 2L * experts.IntermediateSize, config.HiddenSize, [gate, up], Of);
            yield return new(module, "down_proj", experts.Count, config.HiddenSize, experts.IntermediateSize, [down], Of);
        }
    }

    /// <summary>The name that transformers 5 has for a layer's router, and its module here.</summary>
    public static IEnumerable<(string Newer, string Module)> Routers(DecoderConfig config) =>
        config.LayerPlans.Index().Where(pair => pair.Item.Experts is not null).Select(pair => (config.Names.Layer(pair.Index, "mlp.gate"), config.Names.Layer(pair.Index, config.Names.Router)));
}
