namespace SafetyGate.Trainers.Dpo;

/// <summary>Divergence that holds the policy to the reference: its derivative turns a log-ratio into a score, 0 where policy and reference agree (arXiv:2309.16240).</summary>
public enum FDivergenceType
{
    /// <summary>The log-ratio itself.</summary>
    ReverseKl,

    /// <summary>1 − exp(−log-ratio).</summary>
    ForwardKl,

    /// <summary>log 2σ(log-ratio).</summary>
    JsDivergence,

    /// <summary>(exp((α − 1)·log-ratio) − 1)/(α − 1); the log-ratio where α is 1.</summary>
    AlphaDivergence,
}
