using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>Real text, byte by byte: the documents of this repository.</summary>
public sealed class NarrowCurveSpecs
{
    private const int Steps = 200;

    // The bound, on the mean of ten steps; a step alone is held to it as well but for the noise of bfloat16's products.
    private const double Near = 0.02;

    private const string Config = """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 256, "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 16, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
         "hidden_act": "silu", "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "initializer_range": 0.05}
        """;

    [Fact]
    public void Two_hundred_steps_in_bfloat16_with_float32_masters_follow_the_curve_of_float32()
    {
        var single = Losses(ScalarType.Float32, null);
        var narrow = Losses(ScalarType.BFloat16, null);
        Assert.True(single[^10..].Average() < 0.7 * single[..10].Average(), Invariant($"the model does not learn: {single[0]} → {single[^1]}"));
        for (var from = 0; from < Steps; from += 10)
        {
            var (expected, actual) = (single[from..(from + 10)].Average(), narrow[from..(from + 10)].Average());
            Assert.True(Math.Abs(actual - expected) <= Near * expected, Invariant($"steps {from + 1} to {from + 10}: {actual} in bfloat16, {expected} in float32"));
        }
    }

    private static double[] Losses(ScalarType dtype, bool? masters)
    {
        using var folder = new TemporaryFolder();
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(Config, "config.json"), seed: 3, CPU, dtype);
        var options = new SftOptions { MaxSteps = Steps, LearningRate = 2e-3, Seed = 5, PerDeviceTrainBatchSize = 8, CompletionOnlyLoss = false, MasterWeights = masters };
        new SftTrainer(decoder, Examples(), options).Train(folder.Path, null, CancellationToken.None);
        return [.. MetricsLog.Values(folder.Path, "loss")];
    }

    private static List<TokenExample> Examples() =>
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes).Chunk(64).Where(part => part.Length == 64).Take(1600)
            .Select((part, i) => new TokenExample { Id = Invariant($"{i}"), PromptIds = [], CompletionIds = [.. part.Select(value => (int)value)] }),
    ];
}
