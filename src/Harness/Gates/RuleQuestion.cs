using SafetyGate.Harness.Benchmarks;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>A paired comparison before Holm: the p of a drop is known, the verdict not yet.</summary>
internal sealed class RuleQuestion
{
    private readonly GateSettings _settings;

    public RuleQuestion(Measurement approved, Measurement now, double margin, GateSettings settings)
    {
        (Comparison, Margin, _settings) = (PairedComparison.Of(approved, now), margin, settings);
        DropP = Comparison.Worst is { } table ? McNemar.Drop(table.Lost, table.Gained) : 1;
    }

    public PairedComparison Comparison { get; }

    public double Margin { get; }

    public double DropP { get; }

    /// <summary>Tango above −τ passes; else the adjusted exact test decides between Regressed and Inconclusive.</summary>
    public RuleResult Decide(double adjusted, int family)
    {
        var table = Comparison.Worst ?? throw new InvalidOperationException("The paired rule needs one 0/1 sample an item.");
        var verdict = Tango.Passes(table, Margin, _settings.Alpha) ? Verdict.Passed
            : Multiplicity.Rejects(adjusted, _settings.Alpha) ? Verdict.Regressed
            : Verdict.Inconclusive;
        return new RuleResult
        {
            Comparison = Comparison,
            Margin = Margin,
            Verdict = verdict,
            Limits = Tango.Limits(table, _settings.Alpha),
            DropP = DropP,
            AdjustedDropP = adjusted,
            Family = family,
            Method = "Tango's score limits",
        };
    }
}
