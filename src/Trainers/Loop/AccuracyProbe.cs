namespace SafetyGate.Trainers.Loop;

/// <summary>Measures the policy being trained, at temperature 1 on a selection split that no gate reads.</summary>
/// <param name="step">Steps done.</param>
/// <param name="cancellationToken">Ends the measurement; cancellation is thrown.</param>
/// <returns>Share of the split that was solved, in [0, 1].</returns>
public delegate double AccuracyProbe(long step, CancellationToken cancellationToken);
