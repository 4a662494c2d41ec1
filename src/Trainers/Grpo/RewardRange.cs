namespace SafetyGate.Trainers.Grpo;

/// <summary>Limits that a reward is clipped to.</summary>
/// <param name="Least">The least reward.</param>
/// <param name="Most">The largest reward, above the least.</param>
public sealed record RewardRange(double Least, double Most);
