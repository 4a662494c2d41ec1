namespace SafetyGate.Trainers.Dpo;

/// <summary>
/// How a pair becomes a loss. r is the log-ratio policy / reference of a completion (its score, with another divergence), Δ the chosen's
/// minus the rejected's, σ the logistic function, s the label smoothing. Formulas as TRL 1.16 has them.
/// </summary>
public enum DpoLossType
{
    /// <summary>−log σ(βΔ) (arXiv:2305.18290).</summary>
    Sigmoid,

    /// <summary>max(0, 1 − βΔ) (arXiv:2305.10425).</summary>
    Hinge,

    /// <summary>(Δ − 1/(2β))² with scores divided by their completions' lengths (arXiv:2310.12036).</summary>
    Ipo,

    /// <summary>KL(σ(±βΔ)‖(1 − s, s)); needs s above 0 (arXiv:2402.00856).</summary>
    ExoPair,

    /// <summary>−log σ(βr⁺) − ½ log σ(−βr⁺) − ½ log σ(−βr⁻) (arXiv:2402.05369).</summary>
    NcaPair,

    /// <summary>The sigmoid loss, unbiased where a share s of the labels is flipped (arXiv:2403.00409).</summary>
    Robust,

    /// <summary>−log σ(βr⁺) − log σ(−βr⁻) (arXiv:2404.04656).</summary>
    BcoPair,

    /// <summary>(r⁺ − 1/(2β))² + (r⁻ + 1/(2β))² (arXiv:2405.00675).</summary>
    SppoHard,

    /// <summary>
    /// −log σ(βδ), smoothed, δ the sorted differences of the policy's pairs minus the reference's: the batch decides together
    /// (arXiv:2406.05882).
    /// </summary>
    Aot,

    /// <summary>The same of the sorted log-ratios of chosen and of rejected completions.</summary>
    AotUnpaired,

    /// <summary>1 − σ(βr⁺) + σ(βr⁻) (arXiv:2408.06266).</summary>
    ApoZero,

    /// <summary>σ(βr⁺) + 1 − σ(βΔ) (arXiv:2408.06266).</summary>
    ApoDown,

    /// <summary>Logistic and exponential loss mixed by σ(βΔ/τ) (arXiv:2406.08414).</summary>
    Discopop,

    /// <summary>Mean negative log-probability of the chosen completions' tokens.</summary>
    Sft,

    /// <summary>The sigmoid loss of scores divided by their completions' lengths.</summary>
    SigmoidNorm,
}
