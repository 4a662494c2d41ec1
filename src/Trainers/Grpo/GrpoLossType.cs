namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// How tokens, ratios and advantages become a loss. A is the advantage, r the ratio new policy / policy that sampled. Formulas as TRL 1.16
/// has them.
/// </summary>
public enum GrpoLossType
{
    /// <summary>Clipped r·A, mean over each row's tokens, then over rows (arXiv:2402.03300).</summary>
    Grpo,

    /// <summary>Clipped r·A, mean over all tokens of the micro-batch.</summary>
    Bnpo,

    /// <summary>Clipped r·A, summed over tokens and divided by rows times a constant (arXiv:2503.20783).</summary>
    DrGrpo,

    /// <summary>Clipped r·A, mean over all tokens of the update (arXiv:2503.14476).</summary>
    Dapo,

    /// <summary>
    /// −min(r, cap)·A·log π with the weight held constant, mean over all tokens of the update (arXiv:2506.13585). The cap is epsilon_high
    /// itself.
    /// </summary>
    Cispo,

    /// <summary>σ(τ(r − 1))·4/τ·A with a temperature τ for each sign of A, mean over each row, then over rows (arXiv:2511.20347).</summary>
    Sapo,

    /// <summary>
    /// −φ(w)·A·log π, w the ratio of whole sequences and φ(w) = exp(λ + k·log w − λw) held constant, mean over all tokens of the update
    /// (arXiv:2602.10693).
    /// </summary>
    Vespo,

    /// <summary>Clipped r·A summed over each row's tokens, mean over rows (arXiv:2602.05261).</summary>
    Luspo,

    /// <summary>A times the geometric mean of a row's ratios, clipped by token in log space, mean over rows (arXiv:2507.20673).</summary>
    Gmpo,

    /// <summary>Clipped r·A with r the ratio of whole sequences, mean over rows (arXiv:2402.14740).</summary>
    Rloo,

    /// <summary>−A·log π summed over each row's tokens, mean over rows; no ratio (Williams 1992).</summary>
    Reinforce,
}
