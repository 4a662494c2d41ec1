using static System.FormattableString;

namespace SafetyGate.Tests;

/// <summary>Comparison with a reference: |difference| / max(1, |value|).</summary>
internal static class Near
{
    /// <summary>float32 against float64 results of SFT and the optimizers.</summary>
    public const double Float32 = 1e-5;

    /// <summary>A library run in float64.</summary>
    public const double Float64 = 1e-8;

    public static void Equal(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), Invariant($"{what}: expected {expected:R}, got {actual:R}, tolerance {tolerance:R}"));
}
