using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>Verdicts at one thread count.</summary>
/// <param name="Threads">Threads of the engine.</param>
/// <param name="Verdicts">The verdicts.</param>
public sealed record PocketThreadVerdicts(int Threads, RepeatedVerdicts Verdicts);
