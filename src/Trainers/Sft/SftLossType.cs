namespace SafetyGate.Trainers.Sft;

/// <summary>The minimized loss, under TRL's names.</summary>
public enum SftLossType
{
    /// <summary>Negative log-likelihood of the targets.</summary>
    Nll,

    /// <summary>The same number, TRL's name for it where logits are computed in chunks; here they always are.</summary>
    ChunkedNll,

    /// <summary>
    /// The negative log-likelihood, each target weighted by its own probability, through which no gradient flows (dynamic fine-tuning, arXiv:2508.05629).
    /// </summary>
    Dft,
}
