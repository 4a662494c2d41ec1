using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// What a low-rank adapter is, under the names of PEFT's <c>LoraConfig</c>: which modules get two matrices A and B, y = W·x + s·B·(A·x), and
/// what else it changes. Immutable; vary it with <c>with</c>.
/// </summary>
/// <remarks>Source: arXiv:2106.09685; PEFT 0.21 for names and defaults.</remarks>
[ReadByItself, JsonConverter(typeof(LoraConfigJson))]
public sealed record LoraConfig
{
    /// <summary>Rank of the matrices. Default 8.</summary>
    public int R { get; init; } = 8;

    /// <summary>α of the scale s = α / r. Default 8.</summary>
    public double LoraAlpha { get; init; } = 8;

    /// <summary>Share of the input of A that is dropped in training, in [0, 1). Default 0.</summary>
    public double LoraDropout { get; init; }

    /// <summary>Whether the scale is α / √r (arXiv:2312.03732). Default: no.</summary>
    public bool UseRslora { get; init; }

    /// <summary>
    /// Whether rows of the sum are brought to a trained length: W + s·B·A is divided by its rows' norms and multiplied by magnitudes
    /// (arXiv:2402.09353). Default: no.
    /// </summary>
    public bool UseDora { get; init; }

    /// <summary>Whether B has a bias. Default: no.</summary>
    public bool LoraBias { get; init; }

    /// <summary>The modules that get matrices.</summary>
    public ModuleSelector? TargetModules { get; init; }

    /// <summary>
    /// Parameters that get matrices themselves, by name or the end of one behind a dot: those of all experts of a layer
    /// (<c>mlp.experts.gate_up_proj</c>), a router's, or a linear module's weight. <c>null</c> for none.
    /// </summary>
    public IReadOnlyList<string>? TargetParameters { get; init; }

    /// <summary>
    /// Rows of the embedding or the head that the adapter has of its own, by the end of the module's name; an empty name is the embedding's.
    /// <c>null</c> for none.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>>? TrainableTokenIndices { get; init; }

    /// <summary>Modules that get none although they are selected; <c>null</c> for no exception.</summary>
    public ModuleSelector? ExcludeModules { get; init; }

    /// <summary>
    /// Modules that are trained and saved whole, by the end of their names; a name may be the end of several. <c>null</c> for none.
    /// </summary>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>Other ranks of single modules: the first key that is, as an expression, the module's name or its end behind a dot.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>Other α of single modules, by keys as those of <see cref="RankPattern"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>Layers that modules named by their end are taken of; <c>null</c> for all.</summary>
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>Names of the list of layers in the modules' names, as expressions, where <see cref="LayersToTransform"/> counts.</summary>
    public IReadOnlyList<string>? LayersPattern { get; init; }

    /// <summary>Which biases of the base are changed. Default: none.</summary>
    public LoraBias Bias { get; init; } = Adapters.LoraBias.None;

    /// <summary>
    /// How the matrices begin: <c>true</c> (A uniform within 1/√inputs, B zero), <c>gaussian</c> (A normal with deviation 1/r, B zero), or
    /// another kind of PEFT, which only says where a saved adapter comes from. Default <c>true</c>.
    /// </summary>
    public string InitLoraWeights { get; init; } = DefaultInitialization;

    /// <summary>Kind of task it was trained for, such as <c>CAUSAL_LM</c>; decides nothing.</summary>
    public string? TaskType { get; init; }

    /// <summary>The base it was trained on: a path, or a name on the hub. Decides nothing by itself.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Revision of the base on the hub. Decides nothing by itself.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether a head that is the embedding matrix changes with it. Default: no.</summary>
    public bool EnsureWeightTying { get; init; }

    /// <summary>Version of PEFT that wrote the file; <c>null</c> where it does not say. Tells how the matrices of experts lie.</summary>
    public string? PeftVersion { get; init; }

    internal const string DefaultInitialization = "true";

    /// <summary>Reads a configuration.</summary>
    /// <param name="json">The parsed <c>adapter_config.json</c>, or the <c>peft_config</c> of a recipe.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <param name="isRecipe">Whether a person wrote it: every key must then be known.</param>
    /// <exception cref="UserErrorException">A key or value is not supported, malformed or out of range; the message names it.</exception>
    public static LoraConfig Parse(JsonObject json, string source, bool isRecipe = false) =>
        LoraConfigReader.Read(Families.ConfigReader.Object(json.ToJsonString(), source), source, isRecipe); // a copy, numbers as in a file

    /// <summary>Reads the text of an <c>adapter_config.json</c>.</summary>
    /// <exception cref="UserErrorException">The text is not a JSON object, or as for <see cref="Parse"/>.</exception>
    public static LoraConfig ParseText(string json, string source) => Parse(Families.ConfigReader.Object(json, source), source);

    /// <summary>What decides an adapter's numbers, as JSON under PEFT's names: part of a run's key.</summary>
    public JsonObject Describe() => LoraConfigWriter.Describe(this);

    /// <summary>What cannot be trained, one sentence each; empty if it can.</summary>
    public IEnumerable<string> Problems()
    {
        if (TargetModules is null && TargetParameters is null) yield return "target_modules is missing; name the modules that get matrices, such as [\"q_proj\", \"v_proj\"], or \"all-linear\".";
        if (R < 1) yield return Invariant($"r is {R}; it must be 1 or more.");
        if (!double.IsFinite(LoraAlpha) || LoraAlpha == 0) yield return Invariant($"lora_alpha is {LoraAlpha}; it must be finite and not 0.");
        if (LoraDropout is not (>= 0 and < 1)) yield return Invariant($"lora_dropout is {LoraDropout}; it must lie in [0, 1).");
        if (RankPattern.Any(pair => pair.Value < 1)) yield return "rank_pattern has a rank below 1.";
        if (AlphaPattern.Any(pair => !double.IsFinite(pair.Value) || pair.Value == 0)) yield return "alpha_pattern has a number that is 0 or not finite.";
        if (TargetParameters is not null && (LoraBias || UseDora || LoraDropout > 0))
            yield return "target_parameters is combined with lora_bias, use_dora or lora_dropout; PEFT does not combine them.";
        if (TrainableTokenIndices is not null) yield return "trainable_token_indices can be loaded, not trained. Put the embedding into modules_to_save, or leave it out.";
        if (LoraBias && UseDora) yield return "lora_bias and use_dora are both true; PEFT does not combine them.";
        if (InitLoraWeights is not ("true" or "gaussian"))
            yield return $"init_lora_weights is {InitLoraWeights}; training begins with true or \"gaussian\".";
    }

    /// <summary>The scale of a module's product.</summary>
    internal double Scale(int rank, double alpha) => UseRslora ? alpha / Math.Sqrt(rank) : alpha / rank;
}
