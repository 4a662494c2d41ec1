namespace SafetyGate.SpeedBench;

/// <summary>One measurement.</summary>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Gflop">The same in products: seconds times the rate of a 2048³ float32 product in the same moment.</param>
internal sealed record Timing(double Seconds, double Gflop);
