namespace SafetyGate.Trainers.Optimization;

/// <summary>
/// Settings that only some shapes of <see cref="LearningRateSchedule"/> have, under the names of transformers' <c>lr_scheduler_kwargs</c>.
/// Immutable; vary it with <c>with</c>.
/// </summary>
public sealed record ScheduleSettings
{
    /// <summary>
    /// Waves of a cosine; default 0.5 (down once), and 1 whole descent for <see cref="ScheduleKind.CosineWithRestarts"/>.
    /// </summary>
    public double? NumCycles { get; init; }

    /// <summary>Rate at the end of <see cref="ScheduleKind.Polynomial"/>, absolute. Default 1e-7.</summary>
    public double? LrEnd { get; init; }

    /// <summary>Power of <see cref="ScheduleKind.Polynomial"/>. Default 1.</summary>
    public double? Power { get; init; }

    /// <summary>Floor of the schedules with one, absolute.</summary>
    public double? MinLr { get; init; }

    /// <summary>Floor of the cosines with one, as a share of the full rate; instead of <see cref="MinLr"/>.</summary>
    public double? MinLrRate { get; init; }

    /// <summary>
    /// Floor of <see cref="ScheduleKind.WarmupStableDecay"/> and the start of its warm-up, as a share of the full rate. Default 0.
    /// </summary>
    public double? MinLrRatio { get; init; }

    /// <summary>
    /// Where the warm-up of <see cref="ScheduleKind.CosineWarmupWithMinLr"/> starts, as a share of the full rate. Default: one over the
    /// warm-up steps.
    /// </summary>
    public double? WarmupLrRate { get; init; }

    /// <summary>
    /// Steps after which <see cref="ScheduleKind.InverseSqrt"/> is at full rate. Default: the warm-up, or 10,000 without one.
    /// </summary>
    public int? Timescale { get; init; }

    /// <summary>Plateau of <see cref="ScheduleKind.WarmupStableDecay"/>. Default: what warm-up and decay leave.</summary>
    public int? NumStableSteps { get; init; }

    /// <summary>Decay of <see cref="ScheduleKind.WarmupStableDecay"/>, required there.</summary>
    public int? NumDecaySteps { get; init; }

    /// <summary>Warm-up shape of <see cref="ScheduleKind.WarmupStableDecay"/>. Default linear.</summary>
    public ScheduleShape? WarmupType { get; init; }

    /// <summary>Decay shape of <see cref="ScheduleKind.WarmupStableDecay"/>. Default cosine.</summary>
    public ScheduleShape? DecayType { get; init; }
}
