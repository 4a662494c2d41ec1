using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.Probes;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Loop;

/// <summary>
/// Trainings away from the CPU, where an operator on tensors of two devices fails: they run, and end with the CPU's weights.
/// </summary>
public sealed class SecondDeviceSpecs
{
    // float64 sums of operators that the device computes in another order.
    private const double Rounding = 1e-6;

    private static readonly DecoderConfig Architecture = DecoderConfig.ParseText(TinyModel.Config, "config.json");
    private static readonly SftOptions Sft = new() { MaxSteps = SecondDevice.IsGpu ? 4 : 2, LearningRate = 0.01, Seed = 11, PerDeviceTrainBatchSize = 3, GradientAccumulationSteps = 2, SaveSteps = 1 };

    /// <summary>
    /// On a GPU all of them. libtorch's lazy tensors take seconds for a step, so that two stand for the rest; SAFETYGATE_SECOND_DEVICE names others,
    /// or <c>all</c>. They lose the type of bfloat16 numbers that were widened.
    /// </summary>
    public static TheoryData<string> Kinds()
    {
        string[] all = ["sft", "sft packed, with noise, layers computed again", "sft of an adapter, with dropout", "dpo", "reward model", "grpo", "ppo", "kl"];
        if (SecondDevice.IsGpu) return [.. all, "sft of a bfloat16 model", "sft that is interrupted"];
        return Environment.GetEnvironmentVariable("SAFETYGATE_SECOND_DEVICE") switch
        {
            null or "" => [all[1], "reward model"],
            "all" => [.. all, "sft that is interrupted"],
            var names => [.. names.Split(',')],
        };
    }

    [Theory, MemberData(nameof(Kinds))]
    public void What_is_computed_there_is_what_the_cpu_computes(string kind)
    {
        var (expected, made) = (Train(kind, CPU), Train(kind, SecondDevice.Device));
        Assert.Equal(expected.Length, made.Length);
        Assert.NotEqual(0, expected.Sum());
        if (SecondDevice.IsGpu)
        {
            Assert.Equal(made, Train(kind, SecondDevice.Device)); // to the bit
            if (kind.Contains("with", StringComparison.Ordinal)) return; // a GPU has random numbers of its own
        }

        for (var i = 0; i < expected.Length; i++) Near.Equal(expected[i], made[i], kind.Contains("bfloat16", StringComparison.Ordinal) ? 0.02 : Rounding, Invariant($"{kind}: number {i}"));
    }

    private static double[] Train(string kind, Device device)
    {
        using var reference = TinyModel.Create(dtype: ScalarType.Float64, device: device);
        using var values = SequenceClassifier.Sharing(reference, Architecture, labels: 1);
        switch (kind)
        {
            case "sft":
                return Weights(policy => new SftTrainer(policy, TinyModel.Examples(), Sft with { LabelSmoothingFactor = 0.1 }).Train(null, null, CancellationToken.None), device);
            case "sft of a bfloat16 model":
                return Weights(policy => new SftTrainer(policy, TinyModel.Examples(), Sft).Train(null, null, CancellationToken.None), device, ScalarType.BFloat16);
            case "sft of an adapter, with dropout":
                using (var adapted = new AdaptedDecoder(TinyModel.Create(dtype: ScalarType.Float64, device: device), Architecture))
                {
                    adapted.Add("a", Adapter.Create(new LoraConfig { R = 2, LoraDropout = 0.3, UseDora = true, TargetModules = ModuleSelector.AllLinear }, adapted, Architecture, seed: 3));
                    adapted.Train("a", seed: 4);
                    new SftTrainer(adapted, TinyModel.Examples(), Sft).Train(null, null, CancellationToken.None);
                    return NumbersOf(adapted.Trained);
                }
            case "sft that is interrupted":
                using (var folder = new TemporaryFolder())
                    return Weights(policy =>
                    {
                        if (device.type == DeviceType.CPU)
                        {
                            new SftTrainer(policy, TinyModel.Examples(), Sft).Train(null, null, CancellationToken.None);
                            return;
                        }

                        using var cancellation = new CancellationTokenSource();
                        using var first = TinyModel.Create(dtype: ScalarType.Float64, device: device);
                        Assert.Throws<OperationCanceledException>(() => new SftTrainer(first, TinyModel.Examples(), Sft).Train(folder.Path, new Told(_ => cancellation.Cancel()), cancellation.Token));
                        new SftTrainer(policy, TinyModel.Examples(), Sft).Train(folder.Path, null, CancellationToken.None);
                    }, device);
            case "kl":
                using (var policy = TinyModel.Create(seed: 6, dtype: ScalarType.Float64, device: device))
                {
                    var samples = new KlMeter(policy, reference, [2]).Samples([.. Enumerable.Range(0, 3).Select(i => new GenerationRequest { Key = Invariant($"{i}"), PromptIds = [1, 3 + i] })], new SamplingOptions { MaxNewTokens = 3, Temperature = 1, Seed = 3 }, CancellationToken.None);
                    return [.. samples.SelectMany(sample => new[] { sample.Kl, sample.K1, sample.K3 }), .. ExampleLikelihood.Of(policy, TinyModel.Examples(), CancellationToken.None)];
                }
            case "dpo":
                return Weights(policy => new DpoTrainer(policy, reference, Pairs(), new() { MaxSteps = 2, LearningRate = 0.01, Seed = 11, PerDeviceTrainBatchSize = 3, GradientAccumulationSteps = 2, UseWeighting = true, LdAlpha = 0.5 }).Train(null, null, CancellationToken.None), device);
            case "reward model":
                new RewardModelTrainer(values, [.. Pairs().Select((pair, i) => pair with { Margin = 0.1 * i })], new() { MaxSteps = 1, LearningRate = 0.01, Seed = 11, PerDeviceTrainBatchSize = 3 }).Train(null, null, CancellationToken.None);
                return NumbersOf(values.Decoder.Parameters);
            case "grpo":
                var grpo = GrpoOptions.For(GrpoMode.Rlvr, 1, 0.01, 7) with { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 3, NumIterations = 2, TopK = 20, TopP = 0.99, MinP = 0.001, RepetitionPenalty = 1.1, EntropyCoefficient = 0.01, TopEntropyQuantile = 0.8 };
                return Weights(policy => new GrpoTrainer(policy, reference, Task(), grpo).Train(null, null, CancellationToken.None), device);
            case "ppo":
                using (var critic = TinyModel.Create(seed: 6, dtype: ScalarType.Float64, device: device))
                using (var value = SequenceClassifier.Sharing(critic, Architecture, labels: 1))
                {
                    var ppo = new PpoOptions { MaxSteps = 1, LearningRate = 0.01, Seed = 7, PerDeviceTrainBatchSize = 2, NumMiniBatches = 2, NumPpoEpochs = 1, ResponseLength = 3 };
                    return [.. Weights(policy => new PpoTrainer(policy, value.Decoder, reference, Task(), ppo).Train(null, null, CancellationToken.None), device), .. NumbersOf(value.Decoder.Parameters)];
                }
            default:
                var packed = Sft with { MaxSteps = 1, Packing = true, MaxLength = 12, NeftuneNoiseAlpha = 1, GradientCheckpointing = true, Passes = new PassPlan(24, true), GradientAccumulationSteps = 1, PerDeviceTrainBatchSize = 2 };
                return Weights(policy => new SftTrainer(policy, TinyModel.Examples(), packed).Train(null, null, CancellationToken.None), device);
        }
    }

    private static double[] Weights(Action<IDecoder> train, Device device, ScalarType dtype = ScalarType.Float64)
    {
        using var policy = TinyModel.Create(dtype: dtype, device: device);
        train(policy);
        Assert.Equal(device.type, policy.Parameters.Values.First().device_type);
        return NumbersOf(policy.Parameters);
    }

    private static double[] NumbersOf(ParameterSet parameters)
    {
        using var scope = NewDisposeScope();
        return [.. parameters.Values.SelectMany(parameter => parameter.detach().to(ScalarType.Float64).cpu().reshape(-1).data<double>().ToArray())];
    }

    private static IReadOnlyList<PreferencePair> Pairs() => [.. TinyModel.Examples().Select((example, i) => new PreferencePair
    {
        Id = example.Id, PromptIds = example.PromptIds, ChosenIds = example.CompletionIds, RejectedIds = [3 + ((i + 7) % 20), 4, 2],
    })];

    private static RolloutTask Task() => new()
    {
        Prompts = [.. Enumerable.Range(0, 6).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"item-{i}"), Prompt = Invariant($"{i}") }, [1, .. Enumerable.Range(3, 1 + i)]))],
        Rewards = [new WeightedReward(new Even())],
        EosIds = [2],
        Decode = ids => string.Join(' ', ids),
    };

    private sealed class Even : IReward
    {
        public string Name => "even";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
            [.. batch.Select(pair => (double?)(pair.Response.Text.Split(' ').Count(word => word.Length > 0 && (word[^1] - '0') % 2 == 0) % 2))];
    }
}
