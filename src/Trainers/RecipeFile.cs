using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.ShadowRewards;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Trainers;

/// <summary>Reads recipes in their JSON form, as <c>gate run recipe.json</c> takes them.</summary>
public static class RecipeFile
{
    // A trainer's row: all that reading its recipes needs.
    private static readonly Dictionary<string, Func<StrictJsonNode, IRecipe>> Kinds = new(StringComparer.Ordinal)
    {
        ["sft"] = node => Read<SftRecipe, SftOptions>(node),
        ["grpo"] = node => Read<GrpoRecipe, GrpoOptions>(node, recipe => GrpoOptions.Complete(recipe["options"]!.AsObject())),
        ["irl"] = node => Read<ShadowRewardRecipe, GrpoOptions>(node, recipe => GrpoOptions.Complete(recipe["options"]!.AsObject())),
        ["dpo"] = node => Read<DpoRecipe, DpoOptions>(node),
        ["ppo"] = node => Read<PpoRecipe, PpoOptions>(node),
        ["reward_model"] = node => Read<RewardModelRecipe, RewardModelOptions, SequenceClassifier>(node),
    };

    /// <summary>Reads a recipe; its <c>kind</c> selects the trainer. Relative paths are relative to the file.</summary>
    /// <exception cref="UserErrorException">The file is missing or not strict JSON, a key is unknown or missing, or a value is not allowed;
    /// the message names file, line and key.</exception>
    public static IRecipe Load(string path) => Read(StrictJson.ReadFile(path), Path.GetFileNameWithoutExtension(path));

    /// <summary>Reads a recipe that is a value of a file.</summary>
    /// <param name="node">The recipe; <c>kind</c> and a missing name are changed in it.</param>
    /// <param name="name">Its name where it has none.</param>
    /// <exception cref="UserErrorException">As for <see cref="Load"/>.</exception>
    internal static IRecipe Read(StrictJsonNode node, string name)
    {
        if (node.Kind != JsonTokenType.StartObject) throw node.Error($"is {node.Words}; it must be an object.");
        var kind = node.Members.FirstOrDefault(member => member.Name == "kind").Value
            ?? throw node.Error($"lacks the key 'kind', one of {string.Join(", ", Kinds.Keys)}.");
        if (!Kinds.TryGetValue(kind.AsString(), out var read))
            throw kind.Error($"is '{kind.Text}'; it must be one of {string.Join(", ", Kinds.Keys)}. Did you mean '{NearestName.Of(kind.Text, Kinds.Keys)}'?");
        node.Remove("kind");
        if (node.Members.All(member => member.Name != "name"))
            node.Add("name", new StrictJsonNode { Kind = JsonTokenType.String, Text = name, Line = node.Line, Step = "name", Parent = node, File = node.File });
        return read(node);
    }

    private static TRecipe Read<TRecipe, TOptions>(StrictJsonNode node, Action<JsonObject>? complete = null)
        where TRecipe : DecoderRecipe<TOptions>
        where TOptions : TrainingOptions => Read<TRecipe, TOptions, PretrainedModel>(node, complete);

    private static TRecipe Read<TRecipe, TOptions, TModel>(StrictJsonNode node, Action<JsonObject>? complete = null)
        where TRecipe : ModelRecipe<TOptions, TModel>
        where TOptions : TrainingOptions
        where TModel : class, IDisposable
    {
        var recipe = StrictJsonBinder.Bind<TRecipe>(node, complete);
        recipe.RequireValid();
        return recipe;
    }
}
