using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>Minimum detectable effects of a comparison of this size: the two drops that are detected with a power of 80 %.</summary>
public sealed record DetectableDrops
{
    /// <summary>Probability with which the drops are found.</summary>
    public const double Power = 0.8;

    /// <summary>Smallest drop that is called Regressed, as a share; <c>null</c> when no drop is large enough.</summary>
    public required double? Regressed { get; init; }

    /// <summary>
    /// Smallest drop that is not Passed, as a share; 0 when even an unchanged model seldom passes; <c>null</c> when no drop is large
    /// enough.
    /// </summary>
    public required double? NotPassed { get; init; }

    /// <summary>
    /// The drops of a comparison; <c>null</c> when one item is all there is. For 0/1 scores at its share of gained items; for graded ones
    /// by
    /// the spread of the items and a test of fixed size.
    /// </summary>
    public static DetectableDrops? Of(GateSettings settings, PairedEvidence rule)
    {
        var (alpha, family) = (settings.AlphaOfALook, rule.Family);
        if (!rule.IsSequential && rule.Comparison is { Worst: not null, IsClustered: true })
            return UnitTests.Detectable(rule.Comparison, rule.Margin, alpha, family);
        if (!rule.IsSequential && rule.Comparison.Worst is { } table)
        {
            var gained = (double)table.Gained / table.N;
            return new()
            {
                Regressed = PairedPower.DropSeenAsRegressed(table.N, gained, alpha / family, Power),
                NotPassed = PairedPower.DropSeenAsNotPassed(table.N, gained, rule.Margin, alpha, Power),
            };
        }

        if (rule.Comparison.Units.Count < 2) return null;
        var spread = StudentMean.Of([.. rule.Comparison.Units.Select(u => u.WorstDifference)]);
        return new()
        {
            Regressed = (Normal.UpperQuantile(alpha / family) + Normal.UpperQuantile(1 - Power)) * spread.StandardError,
            NotPassed = Math.Max(0, rule.Margin - (Normal.UpperQuantile(alpha) - Normal.UpperQuantile(1 - Power)) * spread.StandardError),
        };
    }
}
