namespace SafetyGate.Trainers.Dpo;

/// <summary>Numbers of one completion.</summary>
/// <param name="LogProb">Log-probability under the policy, nats.</param>
/// <param name="Reward">β times the log-ratio policy / reference: the implicit reward.</param>
public sealed record DpoCompletionTerms(double LogProb, double Reward);
