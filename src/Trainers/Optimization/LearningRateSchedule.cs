namespace SafetyGate.Trainers.Optimization;

/// <summary>The learning rate of each step, in the semantics of transformers' <c>get_scheduler</c>. Immutable; vary it with <c>with</c>.</summary>
/// <remarks>A warm-up starts at 0, so the first step of a schedule with one changes no parameter.</remarks>
public sealed record LearningRateSchedule
{
    private const double DefaultEndRate = 1e-7;
    private const int DefaultTimescale = 10_000;

    /// <summary>Shape. Default: linear, as in transformers.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Linear;

    /// <summary>Steps from 0 up to the full rate. Default 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Waves of a cosine; default 0.5 (down once), and 1 whole descent for <see cref="ScheduleKind.CosineWithRestarts"/>.</summary>
    public double? Cycles { get; init; }

    /// <summary>Rate at the end of <see cref="ScheduleKind.Polynomial"/>, absolute. Default 1e-7.</summary>
    public double? EndRate { get; init; }

    /// <summary>Power of <see cref="ScheduleKind.Polynomial"/>. Default 1.</summary>
    public double? Power { get; init; }

    /// <summary>Floor of the schedules with one, absolute.</summary>
    public double? MinRate { get; init; }

    /// <summary>Floor as a share of the full rate; instead of <see cref="MinRate"/>. For <see cref="ScheduleKind.WarmupStableDecay"/> where the warm-up starts, too; default 0 there.</summary>
    public double? MinRatio { get; init; }

    /// <summary>Where the warm-up of <see cref="ScheduleKind.CosineWarmupWithMinLr"/> starts, as a share of the full rate. Default: one over the warm-up steps.</summary>
    public double? WarmupStartRatio { get; init; }

    /// <summary>Steps after which <see cref="ScheduleKind.InverseSqrt"/> stands at full rate. Default: the warm-up, or 10,000 without one.</summary>
    public int? Timescale { get; init; }

    /// <summary>Plateau of <see cref="ScheduleKind.WarmupStableDecay"/>. Default: what warm-up and decay leave.</summary>
    public int? StableSteps { get; init; }

    /// <summary>Decay of <see cref="ScheduleKind.WarmupStableDecay"/>, required there.</summary>
    public int? DecaySteps { get; init; }

    /// <summary>Warm-up shape of <see cref="ScheduleKind.WarmupStableDecay"/>. Default linear.</summary>
    public ScheduleShape? WarmupShape { get; init; }

    /// <summary>Decay shape of <see cref="ScheduleKind.WarmupStableDecay"/>. Default cosine.</summary>
    public ScheduleShape? DecayShape { get; init; }

    /// <summary>All that is wrong with these options for a run of that full rate, one sentence each; empty when they are sound.</summary>
    /// <param name="learningRate">The full rate.</param>
    public IEnumerable<string> Problems(double learningRate)
    {
        if (!Enum.IsDefined(Kind)) yield return Invariant($"Schedule {nameof(Kind)} is {Kind}; it must be one of {string.Join(", ", Enum.GetNames<ScheduleKind>())}.");
        if (WarmupSteps < 0) yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps}; it must be 0 or more.");
        if (Kind == ScheduleKind.Constant && WarmupSteps > 0) yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps} with a constant schedule, which has no warm-up; use {nameof(ScheduleKind.ConstantWithWarmup)}.");
        if (Cycles is { } cycles && !(cycles > 0 && double.IsFinite(cycles))) yield return Invariant($"{nameof(Cycles)} is {cycles}; it must be finite and above 0.");
        if (Kind == ScheduleKind.Polynomial && !((EndRate ?? DefaultEndRate) < learningRate)) yield return Invariant($"{nameof(EndRate)} is {EndRate ?? DefaultEndRate}; a polynomial schedule must end below the learning rate {learningRate}.");
        if (EndRate is { } end && !(end >= 0)) yield return Invariant($"{nameof(EndRate)} is {end}; it must be 0 or more.");
        if (Power is { } power && !(power > 0 && double.IsFinite(power))) yield return Invariant($"{nameof(Power)} is {power}; it must be finite and above 0.");
        if (MinRate is not null && MinRatio is not null) yield return Invariant($"{nameof(MinRate)} and {nameof(MinRatio)} are both given; give one.");
        if (HasFloor && Kind != ScheduleKind.WarmupStableDecay && MinRate is null && MinRatio is null) yield return Invariant($"The schedule {Kind} has a floor: give {nameof(MinRate)} or {nameof(MinRatio)}.");
        if (Floor(learningRate) is not (>= 0 and <= 1)) yield return Invariant($"The floor of the learning rate is {Floor(learningRate)} of the full rate; it must lie in [0, 1].");
        if (WarmupStartRatio is { } start && !(start is >= 0 and <= 1)) yield return Invariant($"{nameof(WarmupStartRatio)} is {start}; it must lie in [0, 1].");
        if (Timescale is < 1) yield return Invariant($"{nameof(Timescale)} is {Timescale}; it must be 1 or more.");
        if (StableSteps is < 0) yield return Invariant($"{nameof(StableSteps)} is {StableSteps}; it must be 0 or more.");
        if (DecaySteps is < 0) yield return Invariant($"{nameof(DecaySteps)} is {DecaySteps}; it must be 0 or more.");
        if (Kind == ScheduleKind.WarmupStableDecay && DecaySteps is null) yield return Invariant($"The schedule {Kind} needs {nameof(DecaySteps)}.");
        foreach (var name in Misplaced()) yield return Invariant($"{name} has no meaning for the schedule {Kind}; leave it out.");
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="learningRate">The full rate.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    public double Rate(double learningRate, long step, long totalSteps) => learningRate * Factor(learningRate, step, totalSteps);

    private double Factor(double learningRate, long step, long totalSteps)
    {
        if (Kind == ScheduleKind.Constant) return 1;
        if (Kind == ScheduleKind.WarmupStableDecay) return StableDecay(learningRate, step, totalSteps);
        if (Kind == ScheduleKind.CosineWarmupWithMinLr) return CosineFromAboveZero(learningRate, step, totalSteps);
        if (step < WarmupSteps) return (double)step / WarmupSteps;
        var progress = (step - WarmupSteps) / Math.Max(1.0, totalSteps - WarmupSteps);
        return Kind switch
        {
            ScheduleKind.Linear => Math.Max(0, (totalSteps - step) / Math.Max(1.0, totalSteps - WarmupSteps)),
            ScheduleKind.Cosine => Math.Max(0, Wave(progress)),
            ScheduleKind.CosineWithMinLr => Math.Max(0, Above(Floor(learningRate), Wave(progress))),
            ScheduleKind.CosineWithRestarts => progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * ((Cycles ?? 1) * progress % 1)))),
            ScheduleKind.Polynomial => Polynomial(learningRate, step, totalSteps),
            ScheduleKind.InverseSqrt => InverseRoot(step),
            _ => 1,
        };
    }

    private double Polynomial(double learningRate, long step, long totalSteps)
    {
        var end = EndRate ?? DefaultEndRate;
        if (step > totalSteps) return end / learningRate;
        var left = 1 - ((step - WarmupSteps) / (double)(totalSteps - WarmupSteps));
        return (((learningRate - end) * Math.Pow(left, Power ?? 1)) + end) / learningRate;
    }

    private double InverseRoot(long step)
    {
        double timescale = Timescale ?? (WarmupSteps > 0 ? WarmupSteps : DefaultTimescale);
        return 1 / Math.Sqrt((step + timescale - WarmupSteps) / timescale);
    }

    private double CosineFromAboveZero(double learningRate, long step, long totalSteps)
    {
        if (step < WarmupSteps)
            return WarmupStartRatio is { } start ? start + ((1 - start) * step / Math.Max(1, WarmupSteps - 1)) : (step + 1.0) / WarmupSteps;
        var progress = (step - WarmupSteps + 1) / Math.Max(1.0, totalSteps - WarmupSteps);
        return Math.Max(0, Above(Floor(learningRate), Wave(progress)));
    }

    private double StableDecay(double learningRate, long step, long totalSteps)
    {
        var floor = Floor(learningRate);
        var decaySteps = DecaySteps ?? 0;
        var stableSteps = StableSteps ?? totalSteps - WarmupSteps - decaySteps;
        if (step < WarmupSteps)
        {
            var progress = (double)step / WarmupSteps;
            return Math.Max(0, Above(floor, (WarmupShape ?? ScheduleShape.Linear) switch
            {
                ScheduleShape.Linear => progress,
                ScheduleShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * progress)),
                _ => 1 - Math.Sqrt(1 - progress),
            }));
        }

        if (step < WarmupSteps + stableSteps) return 1;
        if (step >= WarmupSteps + stableSteps + decaySteps) return floor;
        var decayed = (double)(step - WarmupSteps - stableSteps) / decaySteps;
        return Math.Max(0, Above(floor, (DecayShape ?? ScheduleShape.Cosine) switch
        {
            ScheduleShape.Linear => 1 - decayed,
            ScheduleShape.Cosine => Wave(decayed),
            _ => 1 - Math.Sqrt(decayed),
        }));
    }

    private double Wave(double progress) => 0.5 * (1 + Math.Cos(Math.PI * (Cycles ?? 0.5) * 2 * progress));

    private static double Above(double floor, double factor) => (factor * (1 - floor)) + floor;

    private double Floor(double learningRate) => MinRate is { } rate ? rate / learningRate : MinRatio ?? 0;

    private bool HasFloor => Kind is ScheduleKind.CosineWithMinLr or ScheduleKind.CosineWarmupWithMinLr or ScheduleKind.WarmupStableDecay;

    private IEnumerable<string> Misplaced()
    {
        var stableDecay = Kind == ScheduleKind.WarmupStableDecay;
        if (Cycles is not null && !(HasFloor || Kind is ScheduleKind.Cosine or ScheduleKind.CosineWithRestarts)) yield return nameof(Cycles);
        if (EndRate is not null && Kind != ScheduleKind.Polynomial) yield return nameof(EndRate);
        if (Power is not null && Kind != ScheduleKind.Polynomial) yield return nameof(Power);
        if (MinRate is not null && (!HasFloor || stableDecay)) yield return nameof(MinRate);
        if (MinRatio is not null && !HasFloor) yield return nameof(MinRatio);
        if (WarmupStartRatio is not null && Kind != ScheduleKind.CosineWarmupWithMinLr) yield return nameof(WarmupStartRatio);
        if (Timescale is not null && Kind != ScheduleKind.InverseSqrt) yield return nameof(Timescale);
        if (StableSteps is not null && !stableDecay) yield return nameof(StableSteps);
        if (DecaySteps is not null && !stableDecay) yield return nameof(DecaySteps);
        if (WarmupShape is not null && !stableDecay) yield return nameof(WarmupShape);
        if (DecayShape is not null && !stableDecay) yield return nameof(DecayShape);
    }
}
