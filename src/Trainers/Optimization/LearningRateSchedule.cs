using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Optimization;

/// <summary>
/// The learning rate of each step, in the semantics of transformers' <c>get_scheduler</c>. Immutable; vary it with <c>with</c>.
/// </summary>
/// <remarks>A warm-up starts at 0, so the first step of a schedule with one changes no parameter.</remarks>
public sealed record LearningRateSchedule
{
    private const double DefaultEndRate = 1e-7;
    private const int DefaultTimescale = 10_000;

    /// <summary>Shape. Default: linear, as in transformers.</summary>
    [JsonPropertyName("lr_scheduler_type")]
    public ScheduleKind Kind { get; init; } = ScheduleKind.Linear;

    /// <summary>Steps from 0 up to the full rate; below 1 a share of the run's updates, rounded up to whole steps. Default 0.</summary>
    public double WarmupSteps { get; init; }

    /// <summary>
    /// That share under transformers' former name, in [0, 1]; <c>null</c>: <see cref="WarmupSteps"/> says it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WarmupRatio { get; init; }

    /// <summary>Settings that only some shapes have.</summary>
    [JsonPropertyName("lr_scheduler_kwargs")]
    public ScheduleSettings Settings { get; init; } = new();

    /// <summary>Validation errors for a run of that full rate, one sentence each; empty if the options are valid.</summary>
    /// <param name="learningRate">The full rate.</param>
    public IEnumerable<string> Problems(double learningRate)
    {
        if (!Enum.IsDefined(Kind)) yield return Invariant($"lr_scheduler_type is {Kind}; it must be one of {string.Join(", ", Enum.GetNames<ScheduleKind>())}.");
        if (!(WarmupSteps is >= 0 and < 1 || (WarmupSteps is >= 1 and <= int.MaxValue && double.IsInteger(WarmupSteps)))) yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps}; it must be a whole number of steps, or below 1 a share of them, 0 or more.");
        if (WarmupRatio is not (null or (>= 0 and <= 1))) yield return Invariant($"{nameof(WarmupRatio)} is {WarmupRatio}; it must lie in [0, 1].");
        if (WarmupRatio is not null && WarmupSteps > 0) yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps} and {nameof(WarmupRatio)} {WarmupRatio}; give one.");
        if (Kind == ScheduleKind.Constant && WarmupRatio > 0) yield return Invariant($"{nameof(WarmupRatio)} is {WarmupRatio} with a constant schedule, which has no warm-up; use {nameof(ScheduleKind.ConstantWithWarmup)}.");
        if (Kind == ScheduleKind.Constant && WarmupSteps > 0) yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps} with a constant schedule, which has no warm-up; use {nameof(ScheduleKind.ConstantWithWarmup)}.");
        if (Settings.NumCycles is { } cycles && !(cycles > 0 && double.IsFinite(cycles)))
            yield return Invariant($"{nameof(Settings.NumCycles)} is {cycles}; it must be finite and above 0.");
        if (Kind == ScheduleKind.Polynomial && !((Settings.LrEnd ?? DefaultEndRate) < learningRate)) yield return Invariant($"{nameof(Settings.LrEnd)} is {Settings.LrEnd ?? DefaultEndRate}; a polynomial schedule must end below the learning rate {learningRate}.");
        if (Settings.LrEnd is { } end && !(end >= 0)) yield return Invariant($"{nameof(Settings.LrEnd)} is {end}; it must be 0 or more.");
        if (Settings.Power is { } power && !(power > 0 && double.IsFinite(power)))
            yield return Invariant($"{nameof(Settings.Power)} is {power}; it must be finite and above 0.");
        if (Settings.MinLr is not null && Settings.MinLrRate is not null)
            yield return Invariant($"{nameof(Settings.MinLr)} and {nameof(Settings.MinLrRate)} are both given; give one.");
        if (HasFloor && Kind != ScheduleKind.WarmupStableDecay && Settings.MinLr is null && Settings.MinLrRate is null)
            yield return Invariant($"The schedule {Kind} has a floor: give {nameof(Settings.MinLr)} or {nameof(Settings.MinLrRate)}.");
        if (Floor(learningRate) is not (>= 0 and <= 1))
            yield return Invariant($"The floor of the learning rate is {Floor(learningRate)} of the full rate; it must lie in [0, 1].");
        if (Settings.WarmupLrRate is { } start && !(start is >= 0 and <= 1))
            yield return Invariant($"{nameof(Settings.WarmupLrRate)} is {start}; it must lie in [0, 1].");
        if (Settings.Timescale is < 1)
            yield return Invariant($"{nameof(Settings.Timescale)} is {Settings.Timescale}; it must be 1 or more.");
        if (Settings.NumStableSteps is < 0)
            yield return Invariant($"{nameof(Settings.NumStableSteps)} is {Settings.NumStableSteps}; it must be 0 or more.");
        if (Settings.NumDecaySteps is < 0)
            yield return Invariant($"{nameof(Settings.NumDecaySteps)} is {Settings.NumDecaySteps}; it must be 0 or more.");
        if (Kind == ScheduleKind.WarmupStableDecay && Settings.NumDecaySteps is null)
            yield return Invariant($"The schedule {Kind} needs {nameof(Settings.NumDecaySteps)}.");
        foreach (var name in Misplaced()) yield return Invariant($"{name} has no meaning for the schedule {Kind}; leave it out.");
    }

    /// <summary>Why the schedule is longer than a run, one sentence each; empty if it is not.</summary>
    /// <param name="totalSteps">Updates of the whole run.</param>
    public IEnumerable<string> LengthProblems(long totalSteps)
    {
        if (totalSteps < 1) yield break; // told elsewhere
        var warmup = WarmupOf(totalSteps);
        if (warmup > totalSteps)
            yield return Invariant($"{nameof(WarmupSteps)} is {WarmupSteps}, but the run makes {totalSteps} updates, so its rate would never be the full one. Warm up for fewer, or allow more steps.");
        else if (Kind == ScheduleKind.WarmupStableDecay && warmup + (long)(Settings.NumDecaySteps ?? 0) > totalSteps)
            yield return Invariant($"{nameof(WarmupSteps)} {warmup} and {nameof(Settings.NumDecaySteps)} {Settings.NumDecaySteps} are longer than the run's {totalSteps} updates. Shorten them, or allow more steps.");
    }

    /// <summary>The rate of a step.</summary>
    /// <param name="learningRate">The full rate.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="totalSteps">Steps of the whole run.</param>
    public double Rate(double learningRate, long step, long totalSteps) =>
        learningRate * Factor(learningRate, step, totalSteps, WarmupOf(totalSteps));

    // Rounded up, as transformers rounds it.
    private int WarmupOf(long totalSteps)
    {
        var share = WarmupRatio ?? (WarmupSteps < 1 ? WarmupSteps : (double?)null);
        return share is { } part ? (int)Math.Ceiling(totalSteps * part) : (int)WarmupSteps;
    }

    private double Factor(double learningRate, long step, long totalSteps, int warmup)
    {
        if (Kind == ScheduleKind.Constant) return 1;
        if (Kind == ScheduleKind.WarmupStableDecay) return StableDecay(learningRate, step, totalSteps, warmup);
        if (Kind == ScheduleKind.CosineWarmupWithMinLr) return CosineFromAboveZero(learningRate, step, totalSteps, warmup);
        if (step < warmup) return (double)step / warmup;
        var progress = (step - warmup) / Math.Max(1.0, totalSteps - warmup);
        return Kind switch
        {
            ScheduleKind.Linear => Math.Max(0, (totalSteps - step) / Math.Max(1.0, totalSteps - warmup)),
            ScheduleKind.Cosine => Math.Max(0, Wave(progress)),
            ScheduleKind.CosineWithMinLr => Math.Max(0, Above(Floor(learningRate), Wave(progress))),
            ScheduleKind.CosineWithRestarts =>
                progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * ((Settings.NumCycles ?? 1) * progress % 1)))),
            ScheduleKind.Polynomial => Polynomial(learningRate, step, totalSteps, warmup),
            ScheduleKind.InverseSqrt => InverseRoot(step, warmup),
            _ => 1,
        };
    }

    private double Polynomial(double learningRate, long step, long totalSteps, int warmup)
    {
        var end = Settings.LrEnd ?? DefaultEndRate;
        if (step > totalSteps) return end / learningRate;
        var left = 1 - ((step - warmup) / (double)(totalSteps - warmup));
        return (((learningRate - end) * Math.Pow(left, Settings.Power ?? 1)) + end) / learningRate;
    }

    private double InverseRoot(long step, int warmup)
    {
        double timescale = Settings.Timescale ?? (warmup > 0 ? warmup : DefaultTimescale);
        return 1 / Math.Sqrt((step + timescale - warmup) / timescale);
    }

    private double CosineFromAboveZero(double learningRate, long step, long totalSteps, int warmup)
    {
        if (step < warmup)
            return Settings.WarmupLrRate is { } start
                ? start + ((1 - start) * step / Math.Max(1, warmup - 1))
                : (step + 1.0) / warmup;
        var progress = (step - warmup + 1) / Math.Max(1.0, totalSteps - warmup);
        return Math.Max(0, Above(Floor(learningRate), Wave(progress)));
    }

    private double StableDecay(double learningRate, long step, long totalSteps, int warmup)
    {
        var floor = Floor(learningRate);
        var decaySteps = Settings.NumDecaySteps ?? 0;
        var stableSteps = Settings.NumStableSteps ?? totalSteps - warmup - decaySteps;
        if (step < warmup)
        {
            var progress = (double)step / warmup;
            return Math.Max(0, Above(floor, (Settings.WarmupType ?? ScheduleShape.Linear) switch
            {
                ScheduleShape.Linear => progress,
                ScheduleShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * progress)),
                _ => 1 - Math.Sqrt(1 - progress),
            }));
        }

        if (step < warmup + stableSteps) return 1;
        if (step >= warmup + stableSteps + decaySteps) return floor;
        var decayed = (double)(step - warmup - stableSteps) / decaySteps;
        return Math.Max(0, Above(floor, (Settings.DecayType ?? ScheduleShape.Cosine) switch
        {
            ScheduleShape.Linear => 1 - decayed,
            ScheduleShape.Cosine => Wave(decayed),
            _ => 1 - Math.Sqrt(decayed),
        }));
    }

    private double Wave(double progress) => 0.5 * (1 + Math.Cos(Math.PI * (Settings.NumCycles ?? 0.5) * 2 * progress));

    private static double Above(double floor, double factor) => (factor * (1 - floor)) + floor;

    private double Floor(double learningRate) =>
        Settings.MinLr is { } rate ? rate / learningRate : Settings.MinLrRate ?? Settings.MinLrRatio ?? 0;

    private bool HasFloor => Kind is ScheduleKind.CosineWithMinLr or ScheduleKind.CosineWarmupWithMinLr or ScheduleKind.WarmupStableDecay;

    private IEnumerable<string> Misplaced()
    {
        var stableDecay = Kind == ScheduleKind.WarmupStableDecay;
        if (Settings.NumCycles is not null && !(HasFloor || Kind is ScheduleKind.Cosine or ScheduleKind.CosineWithRestarts))
            yield return nameof(Settings.NumCycles);
        if (Settings.LrEnd is not null && Kind != ScheduleKind.Polynomial) yield return nameof(Settings.LrEnd);
        if (Settings.Power is not null && Kind != ScheduleKind.Polynomial) yield return nameof(Settings.Power);
        if (Settings.MinLr is not null && (!HasFloor || stableDecay)) yield return nameof(Settings.MinLr);
        if (Settings.MinLrRate is not null && (!HasFloor || stableDecay)) yield return nameof(Settings.MinLrRate);
        if (Settings.MinLrRatio is not null && !stableDecay) yield return nameof(Settings.MinLrRatio);
        if (Settings.WarmupLrRate is not null && Kind != ScheduleKind.CosineWarmupWithMinLr) yield return nameof(Settings.WarmupLrRate);
        if (Settings.Timescale is not null && Kind != ScheduleKind.InverseSqrt) yield return nameof(Settings.Timescale);
        if (Settings.NumStableSteps is not null && !stableDecay) yield return nameof(Settings.NumStableSteps);
        if (Settings.NumDecaySteps is not null && !stableDecay) yield return nameof(Settings.NumDecaySteps);
        if (Settings.WarmupType is not null && !stableDecay) yield return nameof(Settings.WarmupType);
        if (Settings.DecayType is not null && !stableDecay) yield return nameof(Settings.DecayType);
    }
}
