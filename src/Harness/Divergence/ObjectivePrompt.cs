namespace SafetyGate.Harness.Divergence;

/// <summary>Reward gain and KL of one training prompt for the objective G − β·KL, each a mean over the responses drawn for it.</summary>
/// <param name="Id">The prompt, the unit of inference.</param>
/// <param name="Reward">G of the policy.</param>
/// <param name="ReferenceReward">G of the reference.</param>
/// <param name="Kl">KL(policy‖reference) of whole responses, nats.</param>
public sealed record ObjectivePrompt(string Id, double Reward, double ReferenceReward, double Kl)
{
    /// <summary>The behavior behind the prompt, if it has one; prompts that share one are a unit with their mean.</summary>
    public string? Behavior { get; init; }
}
