using System.Globalization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Rollouts;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.MemoryBench;

/// <summary>A few steps of a trainer in this process, which reads its own resident memory before and after.</summary>
internal static class MeasuredRun
{
    /// <summary>Rows of a pass.</summary>
    public const int Rows = 16;

    /// <summary>Tokens of a prompt.</summary>
    public const int Prompt = 32;

    /// <summary>Tokens of a completion.</summary>
    public const int Completion = 64;

    /// <summary>Responses to a prompt.</summary>
    public const int Group = 4;

    private const int Steps = 3;

    /// <summary>Trains and prints resident bytes of the process before the model is loaded, and at the highest.</summary>
    public static void Run(string what, string directory)
    {
        using (var warm = rand(256, 256).matmul(rand(256, 256))) GC.KeepAlive(warm.sum().item<float>());
        GC.Collect();
        var baseline = Status("VmRSS:");
        if (what == "sft") Sft(directory);
        else Grpo(directory);
        Console.WriteLine(Invariant($"{baseline} {Status("VmHWM:")}"));
    }

    private static void Sft(string directory)
    {
        using var policy = DecoderFactory.Load(directory);
        var examples = Enumerable.Range(0, Rows * Steps).Select(i => new TokenExample { Id = Invariant($"{i}"), PromptIds = Ids(i, Prompt), CompletionIds = Ids(i + 1000, Completion) }).ToList();
        var options = new SftOptions { MaxSteps = Steps, LearningRate = 1e-4, Seed = 1, PerDeviceTrainBatchSize = Rows };
        new SftTrainer(policy, examples, options).Train(null, null, CancellationToken.None);
    }

    private static void Grpo(string directory)
    {
        using var policy = DecoderFactory.Load(directory);
        using var reference = DecoderFactory.Load(directory);
        var task = new RolloutTask
        {
            Prompts = [.. Enumerable.Range(0, Rows).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"{i}"), Prompt = Invariant($"{i}") }, Ids(i, Prompt)))],
            Rewards = [new WeightedReward(new Parity())],
            EosIds = [],
            Decode = ids => string.Join(' ', ids),
        };
        var options = GrpoOptions.For(GrpoMode.Rlvr, Steps, 1e-4, 1) with { PromptsPerStep = Rows / Group, NumGenerations = Group, MaxCompletionLength = Completion };
        new GrpoTrainer(policy, reference, task, options).Train(null, null, CancellationToken.None);
    }

    private static int[] Ids(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => 3 + ((seed * 7919) + (i * 104729)) % 30_000)];

    /// <summary>A figure of this process that the system keeps, in bytes.</summary>
    /// <param name="name">Such as <c>VmRSS:</c>.</param>
    public static long Status(string name) => File.ReadLines("/proc/self/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024).First();

    private sealed class Parity : IReward
    {
        public string Name => "parity";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }
}
