namespace SafetyGate.Studies.Trees;

/// <summary>One complete response.</summary>
/// <param name="Tokens">Its tokens, the end-of-sequence token last.</param>
/// <param name="LogProbability">Natural logarithm of its probability under the reference.</param>
/// <param name="Reward">g in [0, 1].</param>
/// <param name="Safety">s in [0, 1].</param>
public sealed record TreePath(IReadOnlyList<int> Tokens, double LogProbability, double Reward, double Safety);
