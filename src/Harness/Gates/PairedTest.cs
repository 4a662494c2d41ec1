using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// A paired comparison before Holm: the p of a drop is known, the verdict not yet. One 0/1 sample an item: Tango and exact McNemar, or,
/// where items
/// share behaviors, their generalizations to the behaviors' means, the score of the most likely bounded distribution and exact sign flips.
/// Several samples, graded scores, or looks at any time: the grid-Kelly sequence over items or behaviors.
/// </summary>
internal sealed class PairedTest
{
    private readonly GateSettings _settings;
    private readonly SequentialPairedTest? _sequence;

    public PairedTest(Measurement approved, Measurement now, double margin, GateSettings settings)
    {
        (Comparison, Margin, _settings) = (PairedComparison.Of(approved, now), margin, settings);
        if (Comparison.Worst is not null && settings.Looks != Looks.AnyTime) DropP = UnitTests.DropP(Comparison.Units);
        else DropP = (_sequence = new SequentialPairedTest(Differences, margin, settings.AlphaOfALook)).DropP;
    }

    public PairedComparison Comparison { get; }

    public double Margin { get; }

    public double DropP { get; }

    private bool HasExact => _sequence is null && !Comparison.IsClustered && Comparison.Items.Count <= GateSettings.MostExactItems;

    private double[] Differences => [.. Comparison.UnitsInOrder.Select(u => u.WorstDifference)];

    /// <summary>A lower limit above −τ passes; else the adjusted p of a drop decides between Regressed and Inconclusive.</summary>
    public PairedEvidence Decide(double adjusted, int family)
    {
        var passes = _sequence is { } sequence
            ? sequence.PassesAt is not null
            : UnitTests.Passes(Comparison.Units, Margin, _settings.AlphaOfALook);
        return new PairedEvidence
        {
            Comparison = Comparison,
            Margin = Margin,
            Verdict = passes ? Verdict.Passed : Multiplicity.Rejects(adjusted, _settings.AlphaOfALook) ? Verdict.Regressed : Verdict.Inconclusive,
            Limits = _sequence is null ? UnitTests.Limits(Comparison.Units, _settings.AlphaOfALook) : SequentialLimits(),
            DropP = DropP,
            AdjustedDropP = adjusted,
            Family = family,
            IsSequential = _sequence is not null,
            ExactUnconditionalP = _settings.ExactUnconditional && HasExact ? ExactUnconditional.PValue(Comparison.Worst!, Margin) : null,
            Method = _sequence is null ? UnitTests.Method(Comparison) : "grid-Kelly confidence sequence",
        };
    }

    private Interval SequentialLimits()
    {
        double[] x = [.. Differences.Select(d => (1 + d) / 2)];
        var limits = new ConfidenceSequence(x, SequenceMethod.GridKelly, 2 * _settings.AlphaOfALook).RunningAtEnd();
        return new(2 * limits.Lower - 1, 2 * limits.Upper - 1);
    }
}
