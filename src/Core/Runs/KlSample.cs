namespace SafetyGate.Core.Runs;

/// <summary>Contribution of one response drawn from the policy to KL(policy‖reference): sums over its tokens, nats.</summary>
/// <param name="PromptId">The prompt it answers, the unit of inference.</param>
/// <param name="Sample">Which response to it, from 0.</param>
/// <param name="Tokens">Its tokens, the end-of-sequence token included.</param>
/// <param name="Kl">Full-vocabulary KL at every position, summed: unbiased for the sequence KL and of little variance; 0 or more.</param>
/// <param name="K1">log policy − log reference of the drawn tokens, summed: unbiased, may be negative.</param>
/// <param name="K3">exp(−k1) − 1 + k1 of each drawn token, summed; 0 or more.</param>
public sealed record KlSample(string PromptId, int Sample, int Tokens, double Kl, double K1, double K3);
