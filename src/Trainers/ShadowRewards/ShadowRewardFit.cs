namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>One reward model after one round.</summary>
/// <param name="Round">The round, from 1.</param>
/// <param name="Category">Its category; empty for the pooled one.</param>
/// <param name="Demonstrations">Demonstrations of the category, those held out included.</param>
/// <param name="Pairs">Pairs it was trained on in this round: responses that are not the demonstration itself. 0: the policy answers as the
/// demonstrations do, and the model stays as it was.</param>
/// <param name="Training">Loss and accuracy on those pairs after the round; <c>null</c> without pairs.</param>
/// <param name="HeldOut">The same on pairs of demonstrations that were held out; <c>null</c> when there was none.</param>
public sealed record ShadowRewardFit(int Round, string Category, int Demonstrations, int Pairs, ShadowRewardLoss? Training, ShadowRewardLoss? HeldOut);
