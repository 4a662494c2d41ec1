namespace SafetyGate.Harness.Theory;

/// <summary>Functions accurate near zero.</summary>
internal static class Special
{
    public static double Expm1(double x) => MathNet.Numerics.SpecialFunctions.Expm1(x);
}
