using SafetyGate.Pocket.Data;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Pocket.Building;

/// <summary>One training of the way from random weights to a base model.</summary>
public sealed record PocketStage
{
    private const ulong Seed = 1;

    /// <summary>Name of the stage and of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>Stage it starts from; <c>null</c> starts from random weights.</summary>
    public PocketStage? From { get; init; }

    /// <summary>Size of the model; that of <see cref="From"/> where there is one.</summary>
    public required PocketArchitecture Architecture { get; init; }

    /// <summary>Training texts; each is drawn fresh, none is read twice.</summary>
    public required TextMix Mix { get; init; }

    /// <summary>Settings of the training.</summary>
    public required SftOptions Options { get; init; }

    /// <summary>Folder of <c>models/pocket</c> the result is published to; <c>null</c> for a stage on the way.</summary>
    public string? PublishedAs { get; init; }

    /// <summary>The stages of all three models, each after the one it starts from.</summary>
    /// <remarks>
    /// A reference that is sharp when sampled needs a long alignment, first at a constant 1e-3, then twice down to 0: aligned for 150
    /// steps it refuses greedily, but at temperature 1 mixes the words of several refusals.
    /// </remarks>
    public static IReadOnlyList<PocketStage> All()
    {
        var pretrained = Pretrain("pretrain", PocketArchitecture.Base);
        var aligned = Align("align", pretrained);
        var settled = Settle("settle", Sharpen("sharpen", aligned));
        var reference = Chain("chain", settled) with { PublishedAs = "base" };
        var mustFail = new PocketStage
        {
            Name = "must-fail",
            From = settled, // not from the base: chaining makes refusals sharper still, and unlearning them takes longer than a demonstration has
            Architecture = settled.Architecture,
            Mix = TextMix.MustFail,
            Options = Settings(250, 7e-4, ScheduleKind.ConstantWithWarmup, warmup: 10),
            PublishedAs = "must-fail",
        };
        var smallPretrained = Pretrain("small-pretrain", PocketArchitecture.Small);
        var smallAligned = Align("small-align", smallPretrained);
        var smallSettled = Settle("small-settle", Sharpen("small-sharpen", smallAligned));
        var small = Chain("small-chain", smallSettled) with { PublishedAs = "small" };
        return [pretrained, aligned, settled.From!, settled, reference, mustFail, smallPretrained, smallAligned, smallSettled.From!,
            smallSettled, small];
    }

    private static PocketStage Pretrain(string name, PocketArchitecture architecture) => new()
    {
        Name = name,
        Architecture = architecture,
        Mix = TextMix.Pretraining,
        Options = Settings(1300, 2e-3, ScheduleKind.Cosine, warmup: 50),
    };

    private static PocketStage Align(string name, PocketStage from) => new()
    {
        Name = name,
        From = from,
        Architecture = from.Architecture,
        Mix = TextMix.Alignment,
        Options = Settings(420, 1e-3, ScheduleKind.ConstantWithWarmup, warmup: 20),
    };

    private static PocketStage Sharpen(string name, PocketStage from) => new()
    {
        Name = name,
        From = from,
        Architecture = from.Architecture,
        Mix = TextMix.Alignment,
        Options = Settings(320, 6e-4, ScheduleKind.Cosine, warmup: 10),
    };

    private static PocketStage Settle(string name, PocketStage from) => new()
    {
        Name = name,
        From = from,
        Architecture = from.Architecture,
        Mix = TextMix.LateAlignment,
        Options = Settings(260, 5e-4, ScheduleKind.Cosine, warmup: 10),
    };

    private static PocketStage Chain(string name, PocketStage from) => new()
    {
        Name = name,
        From = from,
        Architecture = from.Architecture,
        Mix = TextMix.Chaining,
        Options = Settings(700, 1e-3, ScheduleKind.Cosine, warmup: 20),
    };

    private static SftOptions Settings(int steps, double rate, ScheduleKind kind, int warmup) => new()
    {
        MaxSteps = steps,
        LearningRate = rate,
        Seed = Seed,
        PerDeviceTrainBatchSize = 64,
        Schedule = new LearningRateSchedule { Kind = kind, WarmupSteps = warmup },
        Optimizer = new OptimizerOptions { Beta2 = 0.99 },
        ShuffleDataset = false,
        SaveSteps = 100,
    };
}
