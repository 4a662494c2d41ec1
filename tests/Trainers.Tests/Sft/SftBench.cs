using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>Runs of the trainer on the tiny model and its twelve examples, twelve steps of six rows.</summary>
internal static class SftBench
{
    /// <summary>Settings that the specs vary.</summary>
    public static readonly SftOptions Options = new()
    {
        MaxSteps = 12,
        LearningRate = 0.01,
        Seed = 11,
        PerDeviceTrainBatchSize = 3,
        GradientAccumulationSteps = 2,
        Schedule = new() { Kind = ScheduleKind.Cosine, WarmupSteps = 2 },
        Optimizer = new() { WeightDecay = 0.1 },
        SaveSteps = 4,
    };

    /// <summary>The weights and metrics of a run; it is cancelled when so many steps are done.</summary>
    public static (string Weights, string Metrics) Run(string directory, SftOptions options, ScalarType? dtype = null, int? cancelAfter = null, List<RunProgress>? told = null)
    {
        using var decoder = TinyModel.Create(dtype: dtype);
        using var cancellation = new CancellationTokenSource();
        var progress = new Told(report =>
        {
            told?.Add(report);
            if (report.Done == cancelAfter) cancellation.Cancel();
        });
        new SftTrainer(decoder, TinyModel.Examples(), options).Train(directory, progress, cancellation.Token);
        return (Convert.ToHexString(TinyModel.Weights(decoder)), File.ReadAllText(Path.Combine(directory, MetricsLog.FileName)));
    }
}
