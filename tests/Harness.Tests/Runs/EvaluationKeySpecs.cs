using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class EvaluationKeySpecs
{
    private static readonly ModelIdentity Model = new() { Name = "m", WeightsDigest = "w", TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };

    private static readonly SamplingOptions Sampling = new() { MaxNewTokens = 8, Temperature = 0.5, TopK = 20, TopP = 0.9, MinP = 0.1, RepetitionPenalty = 1.1, SamplesPerPrompt = 2, Seed = 1 };

    // Stored responses are taken for others' wherever a key misses something that decides them.
    [Fact]
    public void Whatever_decides_a_response_is_in_the_key_and_a_name_is_not()
    {
        SamplingOptions[] samplings =
        [
            Sampling, Sampling with { MaxNewTokens = 9 }, Sampling with { Temperature = 0.6 }, Sampling with { TopK = 21 }, Sampling with { TopK = null }, Sampling with { TopP = 0.8 }, Sampling with { TopP = null },
            Sampling with { MinP = 0.2 }, Sampling with { MinP = null }, Sampling with { RepetitionPenalty = 1.2 }, Sampling with { SamplesPerPrompt = 3 }, Sampling with { Seed = 2 },
        ];
        ModelIdentity[] models = [Model, Model with { WeightsDigest = "x" }, Model with { TokenizerDigest = "x" }, Model with { TemplateDigest = "x" }, Model with { EngineDigest = "x" }];
        string[] keys =
        [
            .. samplings.Select(sampling => Key(Model, "a", sampling, PromptStyle.Chat)), .. models.Skip(1).Select(model => Key(model, "a", Sampling, PromptStyle.Chat)),
            Key(Model, "b", Sampling, PromptStyle.Chat), Key(Model, "a", Sampling, PromptStyle.Plain),
        ];
        Assert.Equal(12 + 4 + 2, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(keys[0], Key(Model with { Name = "other" }, "a", Sampling, PromptStyle.Chat));
    }

    private static string Key(ModelIdentity model, string prompt, SamplingOptions sampling, PromptStyle style) =>
        EvaluationKey.Describe(model, new Benchmark("b", MetricDirection.Safety, [new BenchmarkItem { Id = "1", Prompt = prompt }]), sampling, style).ToJsonString();
}
