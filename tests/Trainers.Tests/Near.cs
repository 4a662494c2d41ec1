namespace SafetyGate.Trainers.Tests;

/// <summary>Comparison as the conformance README has it: |difference| / max(1, |value|).</summary>
internal static class Near
{
    /// <summary>README: float32 against float64 results, sft and optim.</summary>
    public const double Float32 = 1e-5;

    /// <summary>README: a library run in float64 comes within 1e-8.</summary>
    public const double Float64 = 1e-8;

    public static void Equal(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), Invariant($"{what}: expected {expected:R}, got {actual:R}, tolerance {tolerance:R}"));
}
