using SafetyGate.Harness.Scoring;

namespace SafetyGate.Trainers.Grpo;

/// <summary>A reward and its weight in the sum.</summary>
/// <param name="Reward">Gives a number in [0, 1], or <c>null</c> where it does not apply.</param>
/// <param name="Weight">Finite; negative for a penalty.</param>
public sealed record WeightedReward(IReward Reward, double Weight = 1);
