using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;

namespace SafetyGate.Models.Adapters;

/// <summary>What a base offers to adapters: its modules by name, in the order of its parameters.</summary>
internal sealed class AdapterSite
{
    private const string Weight = ".weight", Bias = ".bias";
    private readonly IDecoder _base;
    private readonly string _headWeight;
    private readonly Dictionary<string, Projection> _linear;
    private readonly Dictionary<string, string> _newer;

    /// <summary>Looks at a base.</summary>
    /// <param name="base">The base, without adapters. Borrowed.</param>
    /// <param name="config">Its architecture.</param>
    public AdapterSite(IDecoder @base, DecoderConfig config)
    {
        (_base, _headWeight, IsTied) = (@base, config.HeadWeight, config.HeadIsEmbedding);
        _linear = new Dictionary<string, Projection>(@base.Projections, StringComparer.Ordinal);
        Modules = [.. @base.Parameters.Keys.SelectMany(Ancestry).Concat(_linear.Keys).Distinct(StringComparer.Ordinal)];
        var embedding = @base.Parameters.FirstOrDefault(pair => !_linear.ContainsKey(ModuleOf(pair.Key)) && pair.Value.shape.Length == 2 && pair.Value.shape[0] == @base.VocabularySize).Key;
        Embedding = embedding is null ? "" : ModuleOf(embedding);
        Experts = [.. ExpertParameter.Of(config)];
        _newer = ExpertParameter.Routers(config).Where(pair => pair.Newer != pair.Module).ToDictionary(pair => pair.Module, pair => pair.Newer, StringComparer.Ordinal);
        HasHead = config.Labels is null;
    }

    /// <summary>Name of the token embedding's module; empty when there is none.</summary>
    public string Embedding { get; }

    /// <summary>Name of the output head's module.</summary>
    public string Head => ModuleOf(_headWeight);

    /// <summary>Whether the head is the embedding matrix.</summary>
    public bool IsTied { get; }

    /// <summary>Whether the head scores tokens: its rows are the vocabulary's.</summary>
    public bool HasHead { get; }

    /// <summary>Parameters of all experts of a layer, as transformers 5 has them.</summary>
    public IReadOnlyList<ExpertParameter> Experts { get; }

    /// <summary>Names of the parameters.</summary>
    public IEnumerable<string> Parameters => _base.Parameters.Keys;

    /// <summary>V, tokens of the vocabulary.</summary>
    public int VocabularySize => _base.VocabularySize;

    /// <summary>The name that transformers 5 has for a module; <c>null</c> where it is the same.</summary>
    public string? NewerName(string module) => _newer.GetValueOrDefault(module);

    /// <summary>Names of all modules, those that hold others too.</summary>
    public IReadOnlyList<string> Modules { get; }

    /// <summary>Names of the linear modules.</summary>
    public IEnumerable<string> LinearModules => Modules.Where(_linear.ContainsKey);

    /// <summary>The linear module of that name; <c>null</c> when there is none.</summary>
    public Projection? Linear(string module) => _linear.GetValueOrDefault(module);

    /// <summary>The parameters of a module and those within it, by name; a tied head's is the embedding's, under its own name.</summary>
    public IEnumerable<string> ParametersOf(string module) => module == Head && IsTied
        ? [_headWeight]
        : _base.Parameters.Keys.Where(name => name.StartsWith(module + ".", StringComparison.Ordinal));

    /// <summary>The base's value of a parameter; of a tied head the embedding's. Borrowed; <c>null</c> when there is none.</summary>
    public TorchSharp.torch.Tensor? Value(string parameter)
    {
        if (_base.Parameters.TryGetValue(parameter, out var value)) return value;
        return IsTied && parameter == _headWeight ? _base.Parameters[Embedding + Weight] : null;
    }

    /// <summary>Every bias of the base.</summary>
    public IEnumerable<string> Biases => _base.Parameters.Keys.Where(name => name.EndsWith(Bias, StringComparison.Ordinal));

    /// <summary>Name of a module's bias; <c>null</c> when it has none.</summary>
    public string? BiasOf(string module) => _base.Parameters.ContainsKey(module + Bias) ? module + Bias : null;

    /// <summary>Module of a parameter.</summary>
    public static string ModuleOf(string parameter) => parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : parameter;

    // model.layers.0.mlp.up_proj, model.layers.0.mlp, model.layers.0, …
    private static IEnumerable<string> Ancestry(string parameter)
    {
        for (var dot = parameter.LastIndexOf('.'); dot > 0; dot = parameter.LastIndexOf('.', dot - 1)) yield return parameter[..dot];
    }
}
