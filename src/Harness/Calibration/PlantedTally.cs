using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Calibration;

/// <summary>How often the gate saw a drop that was planted in real results.</summary>
public sealed record PlantedTally
{
    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Items it has.</summary>
    public required int Items { get; init; }

    /// <summary>Its margin τ, as a share.</summary>
    public required double Margin { get; init; }

    /// <summary>The true drop, as a share.</summary>
    public required double Drop { get; init; }

    /// <summary>How often it was planted.</summary>
    public required int Repeats { get; init; }

    /// <summary>How often the metric did not pass.</summary>
    public required int NotPassed { get; init; }

    /// <summary>How often it regressed, evaluated alone.</summary>
    public required int Regressed { get; init; }

    /// <summary>Comparisons of the run over which Holm adjusts.</summary>
    public required int Family { get; init; }

    /// <summary>How often it regressed when it alone dropped among the comparisons of the run.</summary>
    public required int RegressedAfterHolm { get; init; }

    /// <summary>Plants a drop repeatedly and evaluates the gate.</summary>
    /// <param name="pairs">Real results; the drop is planted in the second of a pair. Fewer pairs than repeats are used in turn.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="drop">The true drop, as a share.</param>
    /// <param name="family">Comparisons of the run; the others count as unchanged (p = 1).</param>
    /// <param name="repeats">How often.</param>
    /// <param name="seed">Source of the flips.</param>
    /// <param name="gate">The gate.</param>
    /// <exception cref="ArgumentException">No pairs, no repeats, or results in which the drop cannot be planted.</exception>
    public static PlantedTally Of(IReadOnlyList<MeasuredPair> pairs, GateSettings settings, double drop, int family, int repeats,
        ulong seed, GateUnderTest gate)
    {
        if (pairs.Count == 0) throw new ArgumentException("There are no results to plant a drop in.", nameof(pairs));
        if (repeats < 1)
            throw new ArgumentOutOfRangeException(nameof(repeats), repeats,
                Invariant($"{repeats} repeats were requested; it must be 1 or more."));
        int notPassed = 0, regressed = 0, afterHolm = 0;
        for (var r = 0; r < repeats; r++)
        {
            var pair = pairs[r % pairs.Count];
            var random = new RandomStream(seed, Invariant($"planted-drop/{pair.Before.Metric}/{drop:R}/{r}"));
            var claim = Claim(pair with { After = PlantedDrop.In(pair.After, drop, random) }, settings);
            var alone = gate([claim], null)[0];
            if (alone.Verdict != Verdict.Passed) notPassed++;
            if (alone.Verdict == Verdict.Regressed) regressed++;
            if (gate([claim], family)[0].Verdict == Verdict.Regressed) afterHolm++;
        }

        return new()
        {
            Metric = pairs[0].Before.Metric, Items = pairs[0].Before.Items.Count, Margin = settings.Margin, Drop = drop, Repeats = repeats,
            NotPassed = notPassed, Regressed = regressed, Family = family, RegressedAfterHolm = afterHolm,
        };
    }

    private static PairedClaim Claim(MeasuredPair pair, GateSettings settings) =>
        new() { Against = ComparisonKind.Baseline, Approved = pair.Before, ApprovedSettings = settings, Now = pair.After, Settings = settings };
}
