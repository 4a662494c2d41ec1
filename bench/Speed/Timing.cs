namespace SafetyGate.SpeedBench;

/// <summary>One measurement.</summary>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Gflop">The same in products: seconds times the rate of a 2048³ float32 product in the same moment.</param>
/// <param name="ProcessorGflop">The same by processor time instead of wall-clock time, waiting threads included: on one thread, what a busy machine does not falsify.</param>
internal sealed record Timing(double Seconds, double Gflop, double ProcessorGflop);
