using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Calibration;

/// <summary>Verdicts of the gate on one measured metric: against itself, with a drop of two margins, and with a drop of one.</summary>
public sealed record MetricCalibration
{
    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>One-sided level of the gate.</summary>
    public required double Alpha { get; init; }

    /// <summary>The model against itself; <c>null</c> for one sample an item, which has nothing fresh to compare with.</summary>
    public required VerdictTally? Self { get; init; }

    /// <summary>A drop of two margins.</summary>
    public required PlantedTally Planted { get; init; }

    /// <summary>A drop of one margin, enumerated.</summary>
    public required MarginError AtTheMargin { get; init; }

    /// <summary>Requirements on the gate, and whether each was shown to hold.</summary>
    public IReadOnlyList<CalibrationRequirement> Requirements =>
    [
        .. Self is { } self ? new[] { CalibrationRules.SelfComparison(self, Alpha) } : [],
        .. CalibrationRules.Planted(Planted),
        CalibrationRules.AtTheMargin(Metric, AtTheMargin),
    ];

    /// <summary>Measures one metric.</summary>
    /// <param name="measured">The metric; of several samples an item, samples 2r and 2r + 1 are the two sides of repeat r.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="family">Comparisons of the run over which Holm adjusts.</param>
    /// <param name="plants">How often a drop is planted.</param>
    /// <param name="seed">Source of the flips.</param>
    /// <param name="gate">The gate.</param>
    /// <exception cref="ArgumentException">Scores are graded, settings have problems, or fewer items are good than the drop
    /// takes.</exception>
    public static MetricCalibration Of(Measurement measured, GateSettings settings, int family, int plants, ulong seed, GateUnderTest gate)
    {
        if (Problem(measured, settings) is { } problem) throw new ArgumentException(problem, nameof(measured));
        var isDrawnOften = IsDrawnOften(measured);
        var pairs = Pairs(measured);
        return new()
        {
            Metric = measured.Metric,
            Alpha = settings.Alpha,
            Self = isDrawnOften
                ? RepeatedVerdicts.Of(pairs.Select<MeasuredPair, IReadOnlyList<PairedClaim>>(p => [Claim(p, settings)]), gate).Metrics[0]
                : null,
            Planted = PlantedTally.Of(pairs, settings, CalibrationRules.DropInMargins * settings.Margin, family, plants, seed, gate),
            AtTheMargin = Baselines.Discordance.Sizes(measured) is { } sizes
                ? MarginError.WorstOfBehaviors(sizes, settings)
                : MarginError.Worst(measured.Items.Count, settings, MarginError.GainedRates(settings.Margin), gate),
        };
    }

    /// <summary>Why a metric cannot be calibrated, in one sentence; <c>null</c> when it can.</summary>
    public static string? Problem(Measurement measured, GateSettings settings) =>
        settings.Problems().FirstOrDefault() ?? Pairs(measured)
            .Select(p => PlantedDrop.Problem(p.After, CalibrationRules.DropInMargins * settings.Margin)).FirstOrDefault(p => p is not null);

    private static bool IsDrawnOften(Measurement measured) => measured.Items.All(i => i.Scores.Count > 1);

    private static IReadOnlyList<MeasuredPair> Pairs(Measurement measured) =>
        IsDrawnOften(measured) ? SampleSplit.Pairs(measured) : [new(measured, measured)];

    private static PairedClaim Claim(MeasuredPair pair, GateSettings settings) =>
        new() { Against = ComparisonKind.Baseline, Approved = pair.Before, ApprovedSettings = settings, Now = pair.After, Settings = settings };
}
