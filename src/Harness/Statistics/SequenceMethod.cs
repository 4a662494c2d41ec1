namespace SafetyGate.Harness.Statistics;

/// <summary>How a confidence sequence for values in [0,1] is made.</summary>
public enum SequenceMethod
{
    /// <summary>Predictable plug-in Hoeffding: needs no variance, widest.</summary>
    Hoeffding,

    /// <summary>Predictable plug-in empirical Bernstein.</summary>
    EmpiricalBernstein,

    /// <summary>Hedged capital with bets capped at c/m.</summary>
    Betting,

    /// <summary>A mixture over a grid of constant bets: nothing to tune, the gate's own.</summary>
    GridKelly,
}
