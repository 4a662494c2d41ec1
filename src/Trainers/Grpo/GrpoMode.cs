namespace SafetyGate.Trainers.Grpo;

/// <summary>Named settings of <see cref="GrpoOptions"/>: see <see cref="GrpoOptions.For"/>.</summary>
public enum GrpoMode
{
    /// <summary>Reinforcement learning from verifiable rewards with the KL in the reward: the mode that obeys the theory.</summary>
    Rlvr,

    /// <summary>Stock GRPO: standardized advantages, k3 in the loss.</summary>
    Grpo,

    /// <summary>Dr. GRPO: no standard deviations, a constant divisor, no KL.</summary>
    DrGrpo,

    /// <summary>BNPO: stock GRPO with the mean over all tokens.</summary>
    Bnpo,

    /// <summary>DAPO: asymmetric clip, overlong masking, dynamic sampling, no KL.</summary>
    Dapo,

    /// <summary>CISPO: capped weights, no KL.</summary>
    Cispo,

    /// <summary>GSPO: ratios of sequences, no KL.</summary>
    Gspo,

    /// <summary>SAPO: a soft gate in the place of the clip, no KL.</summary>
    Sapo,

    /// <summary>VESPO: gamma weights of sequence ratios, no KL.</summary>
    Vespo,

    /// <summary>LUSPO: sequence ratios weighted by length, no KL.</summary>
    Luspo,

    /// <summary>GMPO: geometric means of ratios, no KL.</summary>
    Gmpo,

    /// <summary>RLOO: leave-one-out baseline, KL in the reward.</summary>
    Rloo,

    /// <summary>REINFORCE with the batch mean as baseline, KL in the reward.</summary>
    Reinforce,
}
