namespace SafetyGate.Harness.Calibration;

/// <summary>How often one metric got each verdict.</summary>
public sealed record VerdictTally
{
    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Items it has.</summary>
    public required int Items { get; init; }

    /// <summary>Its margin τ, as a share.</summary>
    public required double Margin { get; init; }

    /// <summary>Comparisons that were decided.</summary>
    public required int Repeats { get; init; }

    /// <summary>How many passed.</summary>
    public required int Passed { get; init; }

    /// <summary>How many of those had nothing to test: same weights, engine, options and outcomes.</summary>
    public required int Identical { get; init; }

    /// <summary>How many were inconclusive.</summary>
    public required int Inconclusive { get; init; }

    /// <summary>How many regressed.</summary>
    public required int Regressed { get; init; }

    /// <summary>How many could not be compared.</summary>
    public required int NotComparable { get; init; }

    /// <summary>How many failed the build.</summary>
    public required int Red { get; init; }

    /// <summary>
    /// Mean share of the items that differ between the two sides (worst case), over the comparisons that could be made; NaN when none
    /// could.
    /// </summary>
    public required double Discordance { get; init; }
}
