using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Rollouts;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.AdapterBench;

/// <summary>A few steps of a trainer in this process, which reads its own resident memory.</summary>
internal static class MeasuredRun
{
    private const int Steps = 3, Group = 4, PromptTokens = 16, CompletionTokens = 32, Vocabulary = 4_096;

    /// <summary>The runs: algorithm, rows of a step, and whether layers are computed again on the way back.</summary>
    public static IReadOnlyList<(string Algorithm, int Rows, bool Recompute)> All { get; } = [("sft", 4, false), ("sft", 8, true), ("grpo", 4, false), ("grpo", 8, true)];

    /// <summary>What a run does, for the page.</summary>
    public static string Words { get; } = Invariant($"{Steps} steps, prompts of {PromptTokens} tokens, completions of {CompletionTokens}; GRPO in groups of {Group} with the KL to the base.");

    /// <summary>The model's <c>config.json</c>.</summary>
    public static string Config { get; } = Invariant($$"""
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": {{Vocabulary}}, "hidden_size": 512, "intermediate_size": 1408, "num_hidden_layers": 7,
         "num_attention_heads": 8, "num_key_value_heads": 8, "head_dim": 64, "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "silu",
         "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "torch_dtype": "float32", "initializer_range": 0.02}
        """);

    /// <summary>Trains and prints resident bytes of the process before the model is loaded, and at the highest.</summary>
    public static void Run((string Algorithm, int Rows, bool Recompute) run, bool isAdapter, string directory)
    {
        using (var warm = rand(256, 256).matmul(rand(256, 256))) GC.KeepAlive(warm.sum().item<float>());
        GC.Collect();
        var before = Status("VmRSS:");
        using (var model = PretrainedModel.Load(directory, CPU))
        {
            var adapted = isAdapter ? model.BeginAdapter(new LoraConfig { R = 16, LoraAlpha = 32, TargetModules = ModuleSelector.AllLinear }, seed: 1) : null;
            if (run.Algorithm == "sft") Sft(model, run.Rows, run.Recompute);
            else Grpo(model, adapted, directory, run.Rows, run.Recompute);
        }

        Console.WriteLine(Invariant($"{before} {Status("VmHWM:")}"));
    }

    private static void Sft(PretrainedModel model, int rows, bool recompute)
    {
        var examples = Enumerable.Range(0, rows * Steps).Select(i => new TokenExample { Id = Invariant($"{i}"), PromptIds = Ids(i, PromptTokens), CompletionIds = Ids(i + 1000, CompletionTokens) }).ToList();
        new SftTrainer(model.Decoder, examples, new SftOptions { MaxSteps = Steps, LearningRate = 1e-4, Seed = 1, PerDeviceTrainBatchSize = rows, GradientCheckpointing = recompute }).Train(null, null, CancellationToken.None);
    }

    private static void Grpo(PretrainedModel model, AdaptedDecoder? adapted, string directory, int rows, bool recompute)
    {
        using var copy = adapted is null ? PretrainedModel.Load(directory, CPU) : null;
        var task = new RolloutTask
        {
            Prompts = [.. Enumerable.Range(0, rows).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"{i}"), Prompt = Invariant($"{i}") }, Ids(i, PromptTokens)))],
            Rewards = [new WeightedReward(new Parity())],
            EosIds = [],
            Decode = ids => string.Join(' ', ids),
        };
        var options = GrpoOptions.For(GrpoMode.Rlvr, Steps, 1e-4, 1) with { PromptsPerStep = rows / Group, GradientCheckpointing = recompute, NumGenerations = Group, MaxCompletionLength = CompletionTokens };
        new GrpoTrainer(model.Decoder, adapted?.Base ?? copy!.Decoder, task, options).Train(null, null, CancellationToken.None);
    }

    private static int[] Ids(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => 3 + (((seed * 7919) + (i * 104_729)) % (Vocabulary - 3)))];

    private static long Status(string name) => File.ReadLines("/proc/self/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024).First();

    private sealed class Parity : IReward
    {
        public string Name => "parity";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }
}
