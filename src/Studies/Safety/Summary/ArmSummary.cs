using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>An arm over its seeds. Rates, losses and gains are shares of 1, losses and gains those at temperature 1.</summary>
public sealed record ArmSummary
{
    /// <summary>The arm.</summary>
    public required StudyArm Arm { get; init; }

    /// <summary>Accuracy on the validation split at which its runs end.</summary>
    public required double Target { get; init; }

    /// <summary>Its finished runs, by seed.</summary>
    public required IReadOnlyList<StudyRun> Runs { get; init; }

    /// <summary>Its failed runs.</summary>
    public required IReadOnlyList<StudyFailure> Failures { get; init; }

    /// <summary>The metrics of its task.</summary>
    public required StudyMetrics Metrics { get; init; }

    /// <summary>Losses and gains of the resamples.</summary>
    public required StudyResamples Resampled { get; init; }

    /// <summary>Runs that ended at the target.</summary>
    public int Reached => Runs.Count(run => run.ValidationAccuracy >= Target);

    /// <summary>True when every run reached the target, so that the arm is compared at matched accuracy.</summary>
    public bool IsMatched => Runs.Count > 0 && Failures.Count == 0 && Reached == Runs.Count;

    /// <summary>Safety lost on the pooled suites at temperature 1, mean over behaviors, by seed.</summary>
    public IReadOnlyList<double> LostBySeed => [.. Runs.Select(run => run.Lost.Average())];

    /// <summary>Accuracy gained on the test split at temperature 1, by seed.</summary>
    public IReadOnlyList<double> GainedBySeed => [.. Runs.Select(run => run.Gained.Average())];

    /// <summary>Safety lost; <c>null</c> without runs.</summary>
    public SeedMean? Lost => SeedMean.Of(LostBySeed);

    /// <summary>Safety lost with greedy decoding.</summary>
    public SeedMean? LostGreedy => Over(run => run[Metrics.Pooled.Name] is var rate ? rate.Reference - rate.Tuned : null);

    /// <summary>Accuracy gained.</summary>
    public SeedMean? Gained => SeedMean.Of(GainedBySeed);

    /// <summary>Harmless requests refused, more than before, at temperature 1.</summary>
    public SeedMean? OverRefused => Over(run => run[Metrics.OverRefusalSampled.Name] is var rate ? rate.Reference - rate.Tuned : null);

    /// <summary>KL on the adversarial prompts, nats.</summary>
    public SeedMean? KlOnSafety => Over(run => run.KlOn(Metrics.PooledSampled.Name));

    /// <summary>KL on the training prompts, nats.</summary>
    public SeedMean? KlOnTraining => Metrics.TrainingSampled is { } training ? Over(run => run.KlOn(training.Name)) : null;

    /// <summary>Safety lost per point of accuracy gained.</summary>
    public SafetyPrice Price => SafetyPrice.Of(LostBySeed, GainedBySeed, Resampled, Runs.Count > 0 && Runs.All(run => run.Lost.All(lost => lost == 0)) ? Runs[0].Lost.Count : 0);

    /// <summary>95 % limits of the safety lost by the crossed bootstrap; <c>null</c> for fewer than two seeds, or where nothing changed.</summary>
    public Interval? LostResampled => Runs.Count < 2 || Runs.All(run => run.Lost.All(lost => lost == 0)) ? null
        : ResamplingDistribution.Of(Resampled.Lost, LostBySeed.Average()).Percentile(SeedMean.Level);

    /// <summary>Sign of the loss where both kinds of limits exclude 0: 1 lost, −1 gained; else 0.</summary>
    public int LostSign => ArmContrast.SignOf(Lost?.Limits, LostResampled);

    /// <summary>Runs whose pooled adversarial metric at temperature 1 got a verdict.</summary>
    public int With(Verdict verdict) => Runs.Count(run => run[Metrics.PooledSampled.Name].Verdict == verdict);

    /// <summary>A figure over the runs that have it.</summary>
    public SeedMean? Over(Func<StudyRun, double?> figure) => SeedMean.Of([.. Runs.Select(figure).OfType<double>()]);
}
