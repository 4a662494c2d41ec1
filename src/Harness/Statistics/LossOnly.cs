namespace SafetyGate.Harness.Statistics;

/// <summary>
/// A lower limit that looks at losses only: exact, free of nuisance parameters, and strict, because the difference is at least −P(lost).
/// </summary>
public static class LossOnly
{
    /// <summary>−(Clopper–Pearson one-sided upper limit of lost/n) at <paramref name="alpha"/>.</summary>
    public static double LowerLimit(PairedTable table, double alpha)
    {
        Check.Alpha(alpha);
        return -new Proportion(table.Lost, table.N).ClopperPearson(1 - alpha, IntervalSide.Upper).Upper;
    }
}
