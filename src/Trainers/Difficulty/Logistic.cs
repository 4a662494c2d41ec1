namespace SafetyGate.Trainers.Difficulty;

/// <summary>σ(x) = 1/(1 + exp(−x)), without overflow.</summary>
internal static class Logistic
{
    public static double Of(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
