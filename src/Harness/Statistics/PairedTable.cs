namespace SafetyGate.Harness.Statistics;

/// <summary>
/// The outcomes of the same items twice, approved and now, 0 or 1 each. Input of all paired statistics.
/// </summary>
public sealed record PairedTable
{
    /// <summary>Counts the pairs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or no pairs.</exception>
    public PairedTable(int both, int lost, int gained, int neither)
    {
        foreach (var (name, value) in new[] { (nameof(both), both), (nameof(lost), lost), (nameof(gained), gained), (nameof(neither), neither) })
            if (value < 0) throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; a count cannot be negative."));
        if ((long)both + lost + gained + neither is 0 or > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(both), "The table holds no pairs (or more than 2³¹); nothing can be compared.");
        (Both, Lost, Gained, Neither) = (both, lost, gained, neither);
    }

    /// <summary>1 then, 1 now.</summary>
    public int Both { get; }

    /// <summary>1 then, 0 now.</summary>
    public int Lost { get; }

    /// <summary>0 then, 1 now.</summary>
    public int Gained { get; }

    /// <summary>0 then, 0 now.</summary>
    public int Neither { get; }

    /// <summary>All pairs.</summary>
    public int N => Both + Lost + Gained + Neither;

    /// <summary>Pairs that differ.</summary>
    public int Discordant => Lost + Gained;

    /// <summary>Now minus approved, as a share of the pairs.</summary>
    public double Difference => (double)(Gained - Lost) / N;

    /// <summary>Share of 1 in the approved run.</summary>
    public double ApprovedRate => (double)(Both + Lost) / N;

    /// <summary>Share of 1 now.</summary>
    public double NowRate => (double)(Both + Gained) / N;
}
