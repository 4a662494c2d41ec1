using SafetyGate.Harness.Runs;

namespace SafetyGate.Studies.Calibration;

/// <summary>Metrics whose drops are adjusted together.</summary>
/// <param name="Name">Name, such as <c>safety</c>.</param>
/// <param name="Metrics">The metrics that are gated against a baseline.</param>
/// <param name="Declared">Comparisons the family counts, including those not evaluated here.</param>
public sealed record PocketGateFamily(string Name, IReadOnlyList<GatedMetric> Metrics, int Declared);
