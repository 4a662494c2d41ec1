namespace SafetyGate.Harness.Reports;

/// <summary>A run in the plot of accuracy against drift.</summary>
/// <param name="Run">Name of the run.</param>
/// <param name="Drift">How far it moved: nats of KL on the safety prompts, or the share of safety lost.</param>
/// <param name="Accuracy">Accuracy, in [0, 1].</param>
public sealed record RunPoint(string Run, double Drift, double Accuracy);
