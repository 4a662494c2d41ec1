using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Models.Adapters;

/// <summary>Writes PEFT's <c>LoraConfig</c> in JSON.</summary>
internal static class LoraConfigWriter
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text of an <c>adapter_config.json</c>, keys sorted.</summary>
    /// <param name="config">The adapter.</param>
    /// <param name="targets">Whole names of its modules, in place of <c>all-linear</c>, as PEFT saves it.</param>
    public static string File(LoraConfig config, IReadOnlyList<string> targets)
    {
        var json = Describe(config);
        if (config.TargetModules is null or { IsAllLinear: true }) json["target_modules"] = Names(targets.Order(StringComparer.Ordinal));
        if (config.TargetParameters is not null) json["peft_version"] = ExpertLayout.WrittenAs;
        json["base_model_name_or_path"] = config.BaseModel;
        json["peft_type"] = "LORA";
        json["task_type"] = config.TaskType ?? "CAUSAL_LM";
        json["inference_mode"] = true;
        json["fan_in_fan_out"] = false;
        foreach (var key in (string[])["auto_mapping", "revision"]) json[key] = null;
        return new JsonObject(json.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString(Format) + "\n";
    }

    /// <summary>What decides an adapter's numbers.</summary>
    public static JsonObject Describe(LoraConfig config)
    {
        var json = Always(config);
        if (config.TargetParameters is { } parameters) json["target_parameters"] = Names(parameters);
        if (config.TrainableTokenIndices is { } rows)
            json["trainable_token_indices"] = rows is [{ Key: "" } only] ? Ids(only.Value) : new JsonObject(rows.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, Ids(pair.Value))));
        return json;
    }

    // Settings that came later are left out where they are off, so that what is recorded of older runs stays.
    private static JsonObject Always(LoraConfig config) => new()
    {
        ["r"] = config.R,
        ["lora_alpha"] = config.LoraAlpha,
        ["lora_dropout"] = config.LoraDropout,
        ["use_rslora"] = config.UseRslora,
        ["use_dora"] = config.UseDora,
        ["lora_bias"] = config.LoraBias,
        ["target_modules"] = Selector(config.TargetModules),
        ["exclude_modules"] = Selector(config.ExcludeModules),
        ["modules_to_save"] = config.ModulesToSave is { } saved ? Names(saved) : null,
        ["rank_pattern"] = new JsonObject(config.RankPattern.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
        ["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
        ["layers_to_transform"] = config.LayersToTransform is { } layers ? new JsonArray([.. layers.Select(layer => JsonValue.Create(layer))]) : null,
        ["layers_pattern"] = config.LayersPattern is { } patterns ? Names(patterns) : null,
        ["bias"] = config.Bias switch { LoraBias.All => "all", LoraBias.LoraOnly => "lora_only", _ => "none" },
        ["ensure_weight_tying"] = config.EnsureWeightTying,
        ["init_lora_weights"] = config.InitLoraWeights switch { "true" => true, "false" => false, var kind => kind },
    };

    private static JsonNode? Selector(ModuleSelector? selector) => selector is null ? null : selector.Expression is { } expression ? expression : Names(selector.Names);

    private static JsonArray Ids(IEnumerable<int> ids) => [.. ids.Select(id => JsonValue.Create(id))];

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => JsonValue.Create(name))];
}
