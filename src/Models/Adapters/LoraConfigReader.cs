using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// Reads PEFT's <c>LoraConfig</c> in JSON. Keys that would change what an adapter computes and are not handled are refused by name.
/// </summary>
internal static class LoraConfigReader
{
    private static readonly string[] Handled =
    [
        "peft_type", "task_type", "base_model_name_or_path", "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "lora_bias", "target_modules",
        "exclude_modules", "modules_to_save", "rank_pattern", "alpha_pattern", "layers_to_transform", "layers_pattern", "bias", "init_lora_weights",
        "fan_in_fan_out", "ensure_weight_tying", "target_parameters", "trainable_token_indices", "peft_version",
    ];

    // Provenance, defaults of kinds that are refused by their own keys, and settings of an initialization, which a saved adapter has behind it.
    private static readonly string[] Inert =
    [
        "auto_mapping", "revision", "inference_mode", "megatron_core", "qalora_group_size", "runtime_config", "loftq_config",
        "eva_config", "corda_config", "lora_ga_config",
    ];

    // Settings of beginnings that training here does not have: in a recipe they would be read by nothing.
    private static readonly string[] Beginnings = ["loftq_config", "eva_config", "corda_config", "lora_ga_config"];

    // Kinds of beginning that leave the base as it is, so that a saved adapter needs nothing but its tensors.
    private static readonly string[] PlainBeginnings = ["true", "false", "gaussian", "orthogonal", "eva", "mica"];

    // Kinds that take the product of the first matrices out of the base: the saved ones belong to that other base.
    private static readonly string[] ShiftingBeginnings = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private static readonly string[] Tasks = ["CAUSAL_LM", "SEQ_CLS"];

    public static LoraConfig Read(JsonObject json, string source, bool isRecipe)
    {
        var config = new ConfigReader(json, source);
        _ = config.Has("r"); // duplicate keys are found on first access
        foreach (var (key, value) in json) RequireKnown(config, key, value, isRecipe);
        RequireKind(config, isRecipe);
        return new LoraConfig
        {
            R = config.Int("r", 8),
            LoraAlpha = Number(config, "lora_alpha", 8),
            LoraDropout = Dropout(config),
            UseRslora = config.Bool("use_rslora", false),
            UseDora = config.Bool("use_dora", false),
            LoraBias = config.Bool("lora_bias", false),
            TargetModules = Selector(config, "target_modules"),
            TargetParameters = config.Texts("target_parameters") is { Count: > 0 } parameters ? Named(config, "target_parameters", parameters) : null,
            TrainableTokenIndices = TokenRows(config),
            ExcludeModules = Selector(config, "exclude_modules"),
            ModulesToSave = config.Texts("modules_to_save") is { Count: > 0 } saved ? Named(config, "modules_to_save", saved) : null,
            RankPattern = [.. Pattern(config, "rank_pattern", static (reader, key) => reader.Int(key))],
            AlphaPattern = [.. Pattern(config, "alpha_pattern", static (reader, key) => Number(reader, key, null))],
            LayersToTransform = Layers(config),
            LayersPattern = config.Json["layers_pattern"] is JsonValue ? [config.Text("layers_pattern")!] : config.Texts("layers_pattern"),
            Bias = BiasOf(config),
            InitLoraWeights = Beginning(config),
            TaskType = config.Text("task_type"),
            BaseModel = config.Text("base_model_name_or_path"),
            Revision = config.Text("revision"),
            EnsureWeightTying = config.Bool("ensure_weight_tying", false),
            PeftVersion = config.Text("peft_version"),
        }.Checked(config);
    }

    private static LoraConfig Checked(this LoraConfig read, ConfigReader config)
    {
        _ = config.Bool("fan_in_fan_out", false); // PEFT takes it from the kind of layer, whatever is said here
        var byExpression = read.TargetModules is { Expression: not null };
        if (byExpression && (read.LayersToTransform is not null || read.LayersPattern is { Count: > 0 }))
            throw config.Refused("'target_modules' is an expression, so 'layers_to_transform' and 'layers_pattern' have nothing to act on; PEFT refuses the two together.");
        if (read.LayersPattern is { Count: > 0 } && read.LayersToTransform is null)
            throw config.Refused("'layers_pattern' is given without 'layers_to_transform'; PEFT needs both.");
        if (read.LoraBias && read.UseDora) throw config.Refused("'lora_bias' and 'use_dora' are both true; PEFT does not combine them.");
        if (read.TargetParameters is not null && (read.LoraBias || read.UseDora))
            throw config.Refused($"'target_parameters' and '{(read.LoraBias ? "lora_bias" : "use_dora")}' are given together; PEFT does not combine them.");
        return read;
    }

    // A list is of the embedding's rows; an object names the modules.
    private static IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>>? TokenRows(ConfigReader config)
    {
        const string key = "trainable_token_indices";
        if (!config.Has(key)) return null;
        List<KeyValuePair<string, IReadOnlyList<int>>> rows = config.Json[key] is JsonObject && config.Child(key) is { } modules
            ? [.. modules.Json.Select(pair => KeyValuePair.Create(pair.Key.Length > 0 ? pair.Key : throw modules.Refused("has an empty name of a module."), modules.Ids(pair.Key)))]
            : [KeyValuePair.Create("", config.Ids(key))];
        if (rows.FirstOrDefault(pair => pair.Value.Distinct().Count() < pair.Value.Count) is { Value: not null } twice)
            throw config.Refused($"'{key}' has a token twice{(twice.Key.Length > 0 ? $" for '{twice.Key}'" : "")}; each has one row.");
        rows.RemoveAll(pair => pair.Value.Count == 0);
        return rows.Count == 0 ? null : rows;
    }

    private static void RequireKnown(ConfigReader config, string key, JsonNode? value, bool isRecipe)
    {
        if (Handled.Contains(key, StringComparer.Ordinal)) return;
        if (isRecipe && !Inert.Contains(key, StringComparer.Ordinal))
            throw config.Refused($"'{key}' is not a known key; did you mean '{NearestName.Of(key, Handled)}'? Known here: {string.Join(", ", Handled.Order(StringComparer.Ordinal))}.");
        if (isRecipe && Beginnings.Contains(key, StringComparer.Ordinal) && !IsOff(value))
            throw config.Refused($"'{key}' is {Shown(value)}: it sets up another beginning of the matrices, and training begins with init_lora_weights true or \"gaussian\". Leave it out.");
        if (Inert.Contains(key, StringComparer.Ordinal) || IsOff(value)) return;
        throw config.Refused($"'{key}' is {Shown(value)}; adapters that use it are not supported. Merge the adapter into its base with PEFT (merge_and_unload) and give the merged model.");
    }

    private static bool IsOff(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject members => members.Count == 0,
        _ => value.GetValueKind() == JsonValueKind.False || (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0),
    };

    private static void RequireKind(ConfigReader config, bool isRecipe)
    {
        var kind = config.Text("peft_type");
        if (kind is null && !isRecipe) throw config.Missing("peft_type", "\"LORA\"");
        if (kind is not (null or "LORA")) throw config.Refused($"'peft_type' is \"{kind}\"; only LORA adapters are read.");
        if (config.Text("task_type") is { } task && !Tasks.Contains(task, StringComparer.Ordinal))
            throw config.Refused($"'task_type' is \"{task}\"; adapters of {string.Join(" and ", Tasks)} are read.");
    }

    private static double Number(ConfigReader config, string key, double? fallback)
    {
        if (!config.Has(key)) return fallback ?? throw config.Missing(key, "a number");
        return config.Json[key] is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number)
            ? number
            : throw config.Wrong(key, "a finite number");
    }

    private static double Dropout(ConfigReader config) =>
        Number(config, "lora_dropout", 0) is >= 0 and < 1 and var share ? share : throw config.Wrong("lora_dropout", "a number in [0, 1)");

    private static ModuleSelector? Selector(ConfigReader config, string key)
    {
        if (!config.Has(key)) return null;
        if (config.Json[key] is JsonArray) return config.Texts(key) is { Count: > 0 } names ? ModuleSelector.Of([.. Named(config, key, names)]) : null;
        return config.Json[key] is JsonValue value && value.TryGetValue<string>(out var expression)
            ? ModuleSelector.Matching(expression, config.Place(key))
            : throw config.Wrong(key, "a list of names or a string");
    }

    private static IReadOnlyList<string> Named(ConfigReader config, string key, IReadOnlyList<string> names) =>
        names.All(name => name.Length > 0) ? names : throw config.Wrong(key, "a list of names, none of them empty");

    private static IEnumerable<KeyValuePair<string, T>> Pattern<T>(ConfigReader config, string key, Func<ConfigReader, string, T> read)
    {
        if (config.Child(key) is not { } pattern) yield break;
        foreach (var (name, _) in pattern.Json)
        {
            PatternKey(name, config.Place(key));
            yield return KeyValuePair.Create(name, read(pattern, name));
        }
    }

    /// <summary>A key of a pattern as PEFT matches it: the module's name, or its end behind a dot.</summary>
    internal static PythonPattern PatternKey(string key, string source) => PythonPattern.Within(key, source, @"(.*\.)?(?:", ")$");

    private static IReadOnlyList<int>? Layers(ConfigReader config)
    {
        if (!config.Has("layers_to_transform")) return null;
        var layers = config.Ids("layers_to_transform");
        return layers.Count == 0 ? null : layers;
    }

    private static LoraBias BiasOf(ConfigReader config) => config.Text("bias") switch
    {
        null or "none" => LoraBias.None,
        "all" => LoraBias.All,
        "lora_only" => LoraBias.LoraOnly,
        _ => throw config.Wrong("bias", "\"none\", \"all\" or \"lora_only\""),
    };

    private static string Beginning(ConfigReader config)
    {
        if (!config.Has("init_lora_weights")) return LoraConfig.DefaultInitialization;
        var value = config.Json["init_lora_weights"]!;
        var kind = value.GetValueKind() switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.String => value.GetValue<string>(),
            _ => throw config.Wrong("init_lora_weights", "true, false or a name"),
        };
        if (ShiftingBeginnings.Any(name => kind.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            throw config.Refused($"'init_lora_weights' is \"{kind}\": the adapter belongs to a base from which its first product was taken away, not to the base itself. Save it with PEFT's path_initial_model_for_weight_conversion, which makes it a plain adapter, or give the merged model.");
        return PlainBeginnings.Contains(kind, StringComparer.OrdinalIgnoreCase)
            ? kind.ToLowerInvariant()
            : throw config.Wrong("init_lora_weights", $"one of {string.Join(", ", PlainBeginnings)}");
    }

    private static string Shown(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
