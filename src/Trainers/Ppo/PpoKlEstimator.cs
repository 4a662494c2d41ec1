namespace SafetyGate.Trainers.Ppo;

/// <summary>Estimate of a token's KL from the reference in the reward (Schulman 2020).</summary>
public enum PpoKlEstimator
{
    /// <summary>log π − log reference: unbiased.</summary>
    K1,

    /// <summary>exp(−k1) − 1 + k1: never negative; as a penalty it descends another divergence.</summary>
    K3,
}
