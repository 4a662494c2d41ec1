using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Everything that decides a model's responses to a benchmark. The scorer is not among it: a corrected scorer reads the same responses.
/// </summary>
public static class EvaluationKey
{
    /// <summary>The parts of the key as JSON; their canonical digest is the key.</summary>
    public static JsonObject Describe(ModelIdentity model, Benchmark benchmark, SamplingOptions sampling, PromptStyle style) => new()
    {
        ["format"] = 1,
        ["benchmark"] = benchmark.Digest,
        ["weights"] = model.WeightsDigest,
        ["tokenizer"] = model.TokenizerDigest,
        ["template"] = model.TemplateDigest,
        ["engine"] = model.EngineDigest,
        ["style"] = style == PromptStyle.Chat ? "chat" : "plain",
        ["maxNewTokens"] = sampling.MaxNewTokens,
        ["temperature"] = sampling.Temperature,
        ["topK"] = sampling.TopK,
        ["topP"] = sampling.TopP,
        ["minP"] = sampling.MinP,
        ["repetitionPenalty"] = sampling.RepetitionPenalty,
        ["samplesPerPrompt"] = sampling.SamplesPerPrompt,
        ["seed"] = sampling.Seed,
    };
}
