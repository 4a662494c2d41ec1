namespace SafetyGate.Trainers.Probes;

/// <summary>A question with its possible answers, each as features.</summary>
/// <param name="Choices">Features of each possible answer, of one length; two answers or more.</param>
/// <param name="Gold">Index of the right one.</param>
public sealed record ProbeQuestion(IReadOnlyList<double[]> Choices, int Gold);
