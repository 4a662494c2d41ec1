using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>Results of the gate's calibration. A part that was not requested is <c>null</c>.</summary>
public sealed record PocketCalibrationResult
{
    private const double Alpha = 0.05; // of every shipped gate

    /// <summary>The requested parts.</summary>
    public required PocketCalibrationOptions Options { get; init; }

    /// <summary>The approved model against itself.</summary>
    public PocketSelfComparison? Checkpoint { get; init; }

    /// <summary>The unchanged recipe against its baselines and itself.</summary>
    public PocketRecipeComparison? Recipe { get; init; }

    /// <summary>Known drops.</summary>
    public PocketPlanted? Planted { get; init; }

    /// <summary>Requirements on the gate, and whether each was shown to hold.</summary>
    public IReadOnlyList<CalibrationRequirement> Requirements =>
    [
        .. Checkpoint is { } self
            ? self.Alone.Where(t => self.Gated.Contains(t.Metric)).Select(t => CalibrationRules.SelfComparison(t, Alpha))
            : [],
        .. Checkpoint is { } run ? new[] { CalibrationRequirement.AtMost("an unchanged model has a Regressed metric at most 5 % of the time", "the run, after Holm", run.Run.AnyRegressed, run.Run.Repeats, Alpha) } : [],
        .. Recipe?.AgainstBaselines.Select(at => CalibrationRules.StaysGreen(Invariant($"{at.Verdicts.Repeats} {(at.Verdicts.Repeats == 1 ? "seed" : "seeds")}, {at.Threads} {(at.Threads == 1 ? "thread" : "threads")}"), at.Verdicts)) ?? [],
        .. Planted?.Drops.SelectMany(CalibrationRules.Planted) ?? [],
        .. Planted?.AtTheMargin.Select(at => CalibrationRules.AtTheMargin(at.Metrics, at.Error)) ?? [],
    ];

    /// <summary>True when something was measured and every requirement holds.</summary>
    public bool IsCalibrated => Requirements is { Count: > 0 } all && all.All(r => r.Holds);
}
