using System.Text.Json.Nodes;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Trainers.Recipes;

/// <summary>Parts of a checkpoint that determine a run starting from it.</summary>
internal static class BaseModel
{
    /// <summary>The same of a classifier that is read: its weights, or those of an adapter and of the base below it.</summary>
    public static JsonObject DescribeClassifier(string directory)
    {
        if (!AdapterFile.IsIn(directory)) return Describe(directory);
        using var model = SequenceClassifier.Load(directory); // whether it fits is found out before anything is trained
        return new JsonObject { ["weights"] = model.WeightsDigest, ["config"] = model.Config.Raw.DeepClone(), ["files"] = DecidingFiles.Digests(directory) };
    }

    /// <summary>
    /// Digests of the weights and of every other file that decides (<see cref="DecidingFiles"/>), and the configuration; not the
    /// directory's path.
    /// </summary>
    public static JsonObject Describe(string directory)
    {
        PretrainedModel.RequireNoAdapter(directory, "the base of a recipe");
        using var checkpoint = CheckpointReader.Open(directory);
        _ = TokenizerFile.LoadForModel(directory); // a base without a readable tokenizer is refused before anything is trained
        return new JsonObject
        {
            ["weights"] = checkpoint.WeightsDigest(),
            ["config"] = JsonNode.Parse(checkpoint.ConfigJson),
            ["files"] = DecidingFiles.Digests(directory),
        };
    }
}
