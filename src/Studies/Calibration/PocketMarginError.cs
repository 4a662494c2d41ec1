using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>The enumerated error of the metrics of one size and margin.</summary>
/// <param name="Metrics">Names of the metrics, joined.</param>
/// <param name="Error">The error.</param>
public sealed record PocketMarginError(string Metrics, MarginError Error);
