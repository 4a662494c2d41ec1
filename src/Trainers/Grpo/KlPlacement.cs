namespace SafetyGate.Trainers.Grpo;

/// <summary>Where β·KL acts.</summary>
public enum KlPlacement
{
    /// <summary>
    /// Subtracted from the reward: k1 of the policy that sampled, summed over the response, before baseline and scaling. Its fixed point is
    /// the tilt.
    /// </summary>
    Reward,

    /// <summary>Added to the loss of each token as k3 (stock GRPO). A biased approximation; its fixed point is another one.</summary>
    Loss,
}
