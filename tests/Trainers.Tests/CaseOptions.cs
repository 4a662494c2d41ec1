using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Tests;

/// <summary>Options of a fixture's case, read as a recipe's are: a key or a value that the product does not have fails by its name.</summary>
internal static class CaseOptions
{
    /// <summary>Reads options.</summary>
    /// <param name="file">The fixture, for messages.</param>
    /// <param name="given">Keys of a recipe's <c>options</c>, each of which must be one. Those that every run needs are added.</param>
    public static T Read<T>(string file, IEnumerable<KeyValuePair<string, JsonNode?>> given) where T : TrainingOptions
    {
        var json = new JsonObject { ["max_steps"] = 1, ["learning_rate"] = 1e-6, ["seed"] = 0, ["shuffle_dataset"] = false };
        foreach (var (key, value) in given) json[key] = value?.DeepClone();
        var options = StrictJsonBinder.Bind<T>(StrictJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), file));
        Assert.Empty(options.Problems());
        return options;
    }

    /// <summary>The keys of a fixture's optimizer and schedule, in its words, as a recipe's.</summary>
    /// <param name="optimizer">The fixture's object.</param>
    /// <param name="others">Keys of it that are no settings of an update; any other one is unknown and fails.</param>
    public static JsonObject Optimizer(JsonNode optimizer, params string[] others)
    {
        var json = new JsonObject();
        foreach (var (key, value) in optimizer.AsObject())
            switch (key)
            {
                case "name" or "optimizer":
                    json["optim"] = (string)value! switch { "AdamW" => "adamw_torch", "Adam" => "adam", "SGD" => "sgd", var other => throw new NotSupportedException($"The optimizer '{other}' is not supported.") };
                    break;
                case "betas":
                    (json["adam_beta1"], json["adam_beta2"]) = ((double)value![0]!, (double)value[1]!);
                    break;
                default:
                    if (others.Contains(key)) break;
                    json[key switch
                    {
                        "lr" => "learning_rate",
                        "eps" => "adam_epsilon",
                        "warmup" => "warmup_steps",
                        "schedule" or "scheduler" => "lr_scheduler_type",
                        "kwargs" => "lr_scheduler_kwargs",
                        "steps" => "max_steps",
                        _ => key,
                    }] = value?.DeepClone();
                    break;
            }

        return json;
    }

    /// <summary>The fields of an object besides some.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Without(this JsonNode node, params string[] results) => node.AsObject().Where(field => !results.Contains(field.Key));

    /// <summary>Requires that an object has no fields but some.</summary>
    public static void RequireOnly(this JsonNode node, string what, params string[] known) =>
        Assert.True(!node.Without(known).Any(), $"{what} has {string.Join(", ", node.Without(known).Select(field => $"'{field.Key}'"))}, which is not supported.");
}
