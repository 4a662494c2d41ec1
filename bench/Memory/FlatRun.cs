using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;
using SafetyGate.Trainers.Sft;
using static System.FormattableString;

namespace SafetyGate.MemoryBench;

/// <summary>Five hundred steps of a trainer on a model of the embedded world's size, with the resident memory on the way.</summary>
internal static class FlatRun
{
    /// <summary>Trainers that are measured.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["sft", "dpo", "reward_model", "grpo", "ppo"];

    /// <summary>Steps of a run.</summary>
    public const int Steps = 500;

    /// <summary>Steps after which memory is first looked at: by then every buffer has been made.</summary>
    public const int WarmSteps = 100;

    private const int Rows = 16, Prompt = 16, Completion = 12, Vocabulary = 1024;

    private static readonly string Config = Invariant($$"""
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": {{Vocabulary}}, "hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 4,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "max_position_embeddings": 128, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "silu",
         "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32", "initializer_range": 0.02}
        """);

    /// <summary>Trains and prints resident bytes after the first steps, at the end, and at the highest.</summary>
    public static void Run(string kind)
    {
        var watch = new Watch();
        using var policy = Decoder(Config, 1);
        var directory = Directory.CreateTempSubdirectory("memory-bench-").FullName; // states are saved as in any run
        try
        {
            Train(kind, policy, directory, watch);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        Console.WriteLine(Invariant($"{watch.Warm} {watch.Last} {MeasuredRun.Status("VmHWM:")}"));
    }

    private static void Train(string kind, IDecoder policy, string directory, Watch watch)
    {
        const double Rate = 1e-4;
        switch (kind)
        {
            case "sft":
                new SftTrainer(policy, [.. Enumerable.Range(0, 256).Select(i => new TokenExample { Id = Invariant($"{i}"), PromptIds = Ids(i, Prompt), CompletionIds = Ids(i + 1000, 1 + (i % Completion)) })],
                    new() { MaxSteps = Steps, LearningRate = Rate, Seed = 1, PerDeviceTrainBatchSize = Rows }).Train(directory, watch, CancellationToken.None);
                break;
            case "dpo":
                new DpoTrainer(policy, policy, Pairs(), new() { MaxSteps = Steps, LearningRate = Rate, Seed = 1, PerDeviceTrainBatchSize = Rows / 2 }).Train(directory, watch, CancellationToken.None);
                break;
            case "reward_model":
                var folder = Path.Combine(directory, "model");
                CheckpointWriter.Write(folder, policy.Parameters, new() { ConfigJson = Config });
                using (var classifier = SequenceClassifier.FromLanguageModel(folder, 1, 1))
                    new RewardModelTrainer(classifier, Pairs(), new() { MaxSteps = Steps, LearningRate = Rate, Seed = 1, PerDeviceTrainBatchSize = Rows / 2 }).Train(directory, watch, CancellationToken.None);
                break;
            case "grpo":
                using (var reference = Decoder(Config, 1))
                    new GrpoTrainer(policy, reference, Task(), GrpoOptions.For(GrpoMode.Rlvr, Steps, Rate, 1) with { PromptsPerStep = Rows / 4, NumGenerations = 4, MaxCompletionLength = Completion }).Train(directory, watch, CancellationToken.None);
                break;
            default:
                var head = Config.Replace("LlamaForCausalLM", "LlamaForSequenceClassification", StringComparison.Ordinal).Replace("\"vocab_size\"", "\"id2label\": {\"0\": \"value\"}, \"vocab_size\"", StringComparison.Ordinal);
                using (var reference = Decoder(Config, 1))
                using (var value = Decoder(head, 2))
                    new PpoTrainer(policy, value, reference, Task(), new() { MaxSteps = Steps, LearningRate = Rate, Seed = 1, PerDeviceTrainBatchSize = Rows / 2, NumMiniBatches = 2, NumPpoEpochs = 1, ResponseLength = Completion }).Train(directory, watch, CancellationToken.None);
                break;
        }
    }

    private static IDecoder Decoder(string config, ulong seed) => DecoderFactory.Create(DecoderConfig.ParseText(config, "config.json"), seed);

    private static List<PreferencePair> Pairs() =>
        [.. Enumerable.Range(0, 256).Select(i => new PreferencePair { Id = Invariant($"{i}"), PromptIds = Ids(i, Prompt), ChosenIds = Ids(i + 1000, 1 + (i % Completion)), RejectedIds = Ids(i + 2000, 1 + ((i + 5) % Completion)) })];

    private static RolloutTask Task() => new()
    {
        Prompts = [.. Enumerable.Range(0, 64).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"{i}"), Prompt = Invariant($"{i}") }, Ids(i, 1 + (i % Prompt))))],
        Rewards = [new WeightedReward(new Parity())],
        EosIds = [2],
        Decode = ids => string.Join(' ', ids),
    };

    private static int[] Ids(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => 3 + (((seed * 7919) + (i * 104729)) % (Vocabulary - 3)))];

    private sealed class Watch : IProgress<RunProgress>
    {
        public long Warm { get; private set; }

        public long Last { get; private set; }

        public void Report(RunProgress value)
        {
            if (value.Phase != "train") return;
            if (value.Done == WarmSteps) Warm = MeasuredRun.Status("VmRSS:");
            if (value.Done == Steps) Last = MeasuredRun.Status("VmRSS:");
        }
    }

    private sealed class Parity : IReward
    {
        public string Name => "parity";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }
}
