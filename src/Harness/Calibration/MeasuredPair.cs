using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Calibration;

/// <summary>Two measurements of one benchmark, to be compared.</summary>
/// <param name="Before">What takes the place of the approved result.</param>
/// <param name="After">What takes the place of the present one.</param>
public sealed record MeasuredPair(Measurement Before, Measurement After);
