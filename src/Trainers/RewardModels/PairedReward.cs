namespace SafetyGate.Trainers.RewardModels;

/// <summary>Rewards of a pair.</summary>
/// <param name="Chosen">Of the preferred completion.</param>
/// <param name="Rejected">Of the other.</param>
public sealed record PairedReward(double Chosen, double Rejected)
{
    /// <summary>The probability the model gives to the preference: σ(chosen − rejected).</summary>
    public double Probability => 1 / (1 + Math.Exp(Rejected - Chosen));
}
