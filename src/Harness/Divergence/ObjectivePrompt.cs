namespace SafetyGate.Harness.Divergence;

/// <summary>What one training prompt says about the objective G − β·KL, each a mean over the responses drawn to it.</summary>
/// <param name="Id">The prompt, the unit of inference.</param>
/// <param name="Reward">G of the policy.</param>
/// <param name="ReferenceReward">G of the reference.</param>
/// <param name="Kl">KL(policy‖reference) of whole responses, nats.</param>
public sealed record ObjectivePrompt(string Id, double Reward, double ReferenceReward, double Kl);
