using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Calibration;

/// <summary>Two measurements of one benchmark, to be compared.</summary>
/// <param name="Before">The control: takes the place of the approved result.</param>
/// <param name="After">The candidate: takes the place of the present result.</param>
public sealed record MeasuredPair(Measurement Before, Measurement After);
