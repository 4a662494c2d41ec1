using System.Diagnostics;
using System.Text.Json;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>One kind of work with a model of a real shape. Prints one JSON object a measurement.</summary>
internal sealed class RealWork
{
    private const int Words = 20_000; // tokens that prompts are made of
    private readonly RealSettings _settings;
    private readonly string _directory;
    private readonly Device _device;
    private readonly ScalarType _dtype;

    public RealWork(string directory, string device, string dtype, RealSettings settings)
    {
        var compute = new ComputeOptions { Device = device, Dtype = dtype };
        (_directory, _settings, _device, _dtype) = (directory, settings, compute.OpenDevice(), compute.ScalarType);
    }

    /// <summary>Does the work of a kind.</summary>
    /// <returns>Exit status.</returns>
    public int Run(string kind)
    {
        if (kind == "peak") return Peak();
        var start = Stopwatch.GetTimestamp();
        using var model = PretrainedModel.Load(_directory, _device, _dtype);
        Wait();
        Tell("load", Stopwatch.GetElapsedTime(start));
        switch (kind)
        {
            case "load": return 0;
            case "decode": Decode(model); break;
            case "grpo": Grpo(model); break;
            case "sft": Sft(model); break;
            case "kl": Kl(model); break;
            case "eval": Evaluate(model); break;
            default: throw new ArgumentException($"There is no work '{kind}'.", nameof(kind));
        }
        return 0;
    }

    // What the machine does at best: a large product, and a copy of much memory.
    private int Peak()
    {
        using var scope = NewDisposeScope();
        var (size, bytes) = _device.type == DeviceType.CPU ? (2048L, 1L << 28) : (8192L, 1L << 31);
        var (left, right) = (randn([size, size], _dtype, _device), randn([size, size], _dtype, _device));
        var (from, to) = (zeros([bytes], ScalarType.Byte, _device), zeros([bytes], ScalarType.Byte, _device));
        var product = Best(() => left.matmul(right).Dispose());
        var copy = Best(() => to.copy_(from));
        Console.WriteLine(JsonSerializer.Serialize(new { work = "peak", tflops = 2.0 * size * size * size / product / 1e12, gigabytes = 2.0 * bytes / copy / 1e9 }));
        return 0;
    }

    private double Best(Action work)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            Wait();
            var start = Stopwatch.GetTimestamp();
            work();
            Wait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    private void Decode(PretrainedModel model)
    {
        var graphs = GraphSupport.Of(_device);
        foreach (var batch in _settings.Batches)
            foreach (var temperature in (double[])[0, 1])
            {
                var generator = new TokenGenerator(model.Decoder, [], 0, new GenerationBudget { Rows = batch, Tokens = long.MaxValue, Pairs = long.MaxValue });
                var took = TimeSpan.Zero;
                for (var round = 0; round < 2; round++)
                {
                    var start = Stopwatch.GetTimestamp();
                    generator.Generate(Requests(batch, round), Sampling(_settings.New, temperature), CancellationToken.None);
                    took = Stopwatch.GetElapsedTime(start);
                }
                Tell(Invariant($"decode {batch} {(temperature == 0 ? "greedy" : "sampled")}"), took, graphs.Reason);
            }
    }

    private void Grpo(PretrainedModel model)
    {
        using var reference = PretrainedModel.Load(_directory, _device, _dtype);
        var prompts = Requests((_settings.Steps + 1) * _settings.GrpoPrompts, 0).Select(request => new RolloutPrompt(new BenchmarkItem { Id = request.Key, Prompt = request.Key }, request.PromptIds)).ToList();
        var task = new RolloutTask { Prompts = prompts, Rewards = [new WeightedReward(new Parity())], EosIds = [], Decode = ids => string.Join(' ', ids) };
        var options = new GrpoOptions { MaxSteps = _settings.Steps + 1, LearningRate = 1e-6, Seed = 1, PromptsPerStep = _settings.GrpoPrompts, NumGenerations = _settings.GrpoSamples, MaxCompletionLength = _settings.GrpoNew };
        new GrpoTrainer(model.Decoder, reference.Decoder, task, options).Train(null, new Steps(this, "grpo"), CancellationToken.None);
    }

    private void Sft(PretrainedModel model)
    {
        var examples = Enumerable.Range(0, (_settings.Steps + 1) * _settings.SftRows).Select(i => new TokenExample { Id = Invariant($"{i}"), PromptIds = [], CompletionIds = Ids(i, _settings.SftTokens) }).ToList();
        var options = new SftOptions { MaxSteps = _settings.Steps + 1, LearningRate = 1e-6, Seed = 1, PerDeviceTrainBatchSize = _settings.SftRows, CompletionOnlyLoss = false };
        new SftTrainer(model.Decoder, examples, options).Train(null, new Steps(this, "sft"), CancellationToken.None);
    }

    private void Kl(PretrainedModel model)
    {
        using var reference = PretrainedModel.Load(_directory, _device, _dtype);
        var meter = new KlMeter(model.Decoder, reference.Decoder, []);
        Timed("kl", round => meter.Samples(Requests(_settings.KlPrompts, round), Sampling(_settings.KlNew, 1), CancellationToken.None));
    }

    private void Evaluate(PretrainedModel model)
    {
        var local = new LocalLanguageModel(model); // disposed with the model it was given
        Timed("eval", round =>
        {
            var prompts = Requests(round == 0 ? 8 : _settings.EvalPrompts, round).Select(request => Prompt.Plain(request.Key, string.Join(' ', request.PromptIds.Select(id => Invariant($"t{id}"))))).ToList();
            foreach (var chunk in prompts.Chunk(256)) local.GenerateAsync(chunk, Sampling(_settings.EvalNew, 0), CancellationToken.None).GetAwaiter().GetResult();
        });
    }

    private void Timed(string work, Action<int> run)
    {
        run(0);
        var start = Stopwatch.GetTimestamp();
        run(1);
        Tell(work, Stopwatch.GetElapsedTime(start));
    }

    private List<GenerationRequest> Requests(int count, int round) =>
        [.. Enumerable.Range(0, count).Select(i => new GenerationRequest { Key = Invariant($"{round}/{i}"), PromptIds = Ids((round * 100_003) + i, _settings.Prompt) })];

    private static int[] Ids(int seed, int count)
    {
        var stream = new RandomStream((ulong)seed, "prompt");
        return [.. Enumerable.Range(0, count).Select(_ => stream.Next(Words))];
    }

    private static SamplingOptions Sampling(int tokens, double temperature) => new() { MaxNewTokens = tokens, Temperature = temperature, Seed = 1 };

    private void Wait()
    {
        if (_device.type != DeviceType.CPU) cuda.synchronize();
    }

    private void Tell(string work, TimeSpan took, string note = "") =>
        Console.WriteLine(JsonSerializer.Serialize(new { work, seconds = took.TotalSeconds, peak_gib = PeakGib(), note }));

    // libtorch keeps the device memory it once took; the processor's is the process's high-water mark. Unknown where the driver does not tell.
    private double? PeakGib()
    {
        if (_device.type == DeviceType.CPU)
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 / (double)(1L << 30);
        }
        return FreeMemory.TakenOf(_device) / (double)(1L << 30);
    }

    // The first step warms up.
    private sealed class Steps(RealWork owner, string work) : IProgress<RunProgress>
    {
        private long _start;

        public void Report(RunProgress value)
        {
            owner.Wait();
            if (_start != 0) owner.Tell(work, Stopwatch.GetElapsedTime(_start));
            _start = Stopwatch.GetTimestamp();
        }
    }

    private sealed class Parity : IReward
    {
        public string Name => "parity";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
            [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }
}
