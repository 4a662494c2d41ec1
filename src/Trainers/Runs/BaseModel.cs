using System.Text.Json.Nodes;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Trainers.Runs;

/// <summary>What of a checkpoint decides a run that starts from it.</summary>
internal static class BaseModel
{
    /// <summary>Digests of weights, tokenizer and chat template, and the configuration; not where it lies.</summary>
    public static JsonObject Describe(string directory)
    {
        using var checkpoint = CheckpointReader.Open(directory);
        return new JsonObject
        {
            ["weights"] = WeightsDigest.Of(checkpoint),
            ["config"] = JsonNode.Parse(checkpoint.ConfigJson),
            ["tokenizer"] = TokenizerFile.Load(directory).Digest,
            ["chat_template"] = ChatRenderers.For(directory)?.Digest,
        };
    }
}
