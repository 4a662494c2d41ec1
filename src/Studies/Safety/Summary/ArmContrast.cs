using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>An arm beside the one its section is compared with.</summary>
public sealed record ArmContrast
{
    /// <summary>The arm.</summary>
    public required ArmSummary Arm { get; init; }

    /// <summary>The one it is compared with.</summary>
    public required ArmSummary Anchor { get; init; }

    /// <summary>Why they are not compared; <c>null</c> if they are.</summary>
    public string? WhyNot =>
        Arm.Runs.Count < 2 || Anchor.Runs.Count < 2 ? "fewer than two seeds"
        : !Anchor.IsMatched ? Invariant($"{Anchor.Arm.Label} reached its accuracy in {Anchor.Reached} of {Anchor.Runs.Count + Anchor.Failures.Count} runs")
        : !Arm.IsMatched ? Invariant($"it reached its accuracy in {Arm.Reached} of {Arm.Runs.Count + Arm.Failures.Count} runs")
        : null;

    /// <summary>Safety lost, this arm's less the other's, with Welch's limits over trainings.</summary>
    public SeedContrast Lost => SeedContrast.Of(Arm.LostBySeed, Anchor.LostBySeed, SeedMean.Level);

    /// <summary>95 % limits of the same by the crossed bootstrap, paired by behavior; <c>null</c> where nothing varies.</summary>
    public Interval? LostResampled => Resampled(Arm.Resampled.Lost.Zip(Anchor.Resampled.Lost, (one, other) => (double?)(one - other)), Lost.Difference);

    /// <summary>95 % limits of the difference in safety lost per point gained; <c>null</c> where it is undefined.</summary>
    public Interval? PriceResampled => Arm.Price.PerPoint is { } one && Anchor.Price.PerPoint is { } other
        ? Resampled(Prices(Arm).Zip(Prices(Anchor), (first, second) => first - second), one - other) : null;

    /// <summary>1 where this arm lost more, −1 where it lost less, by both kinds of limits; 0 where they are not told apart.</summary>
    public int Sign => WhyNot is null ? SignOf(Lost.Limits, LostResampled) : 0;

    /// <summary>Sign of a number that two intervals agree on; 0 where one is missing or contains 0.</summary>
    public static int SignOf(Interval? one, Interval? other) => one is { } first && other is { } second
        ? first.Lower > 0 && second.Lower > 0 ? 1 : first.Upper < 0 && second.Upper < 0 ? -1 : 0 : 0;

    private static IEnumerable<double?> Prices(ArmSummary arm) =>
        arm.Resampled.Lost.Zip(arm.Resampled.Gained, (lost, gained) => gained > 0 ? lost / gained : (double?)null);

    private static Interval? Resampled(IEnumerable<double?> values, double estimate)
    {
        var all = values.ToList();
        List<double> known = [.. all.OfType<double>()];
        if (known.Count == 0 || known.Count < 0.975 * all.Count) return null;
        var distribution = ResamplingDistribution.Of(known, estimate);
        return distribution.IsDegenerate ? null : distribution.Percentile(SeedMean.Level);
    }
}
