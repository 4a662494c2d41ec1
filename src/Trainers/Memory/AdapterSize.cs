using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Trainers.Memory;

/// <summary>Numbers that an adapter trains, before there is a model to make it for.</summary>
internal static class AdapterSize
{
    private const string Weight = ".weight";

    /// <summary>Numbers of the low-rank matrices and of the modules that are saved whole; modules are matched by the ends of their names.</summary>
    public static long Of(LoraConfig adapter, DecoderConfig config)
    {
        var numbers = 0L;
        foreach (var parameter in DecoderFactory.Shapes(config).Where(parameter => parameter.Kind == ParameterKind.Matrix))
        {
            var module = parameter.Name[..^Weight.Length];
            if (adapter.ModulesToSave?.Any(name => Ends(module, name)) == true) numbers += parameter.Shape[0] * parameter.Shape[1];
            else if (Selects(adapter.TargetModules, module)) numbers += adapter.R * (parameter.Shape[0] + parameter.Shape[1]);
        }

        return numbers;
    }

    // A regular expression is taken for every linear module: it selects no more.
    private static bool Selects(ModuleSelector? selector, string module) => selector switch
    {
        null => false,
        { Names.Count: > 0 } => selector.Names.Any(name => Ends(module, name)),
        _ => module.Contains(".layers.", StringComparison.Ordinal),
    };

    private static bool Ends(string module, string name) => module == name || module.EndsWith("." + name, StringComparison.Ordinal);
}
