namespace SafetyGate.Harness.Statistics;

/// <summary>Predictable bets and moments shared by the confidence sequences for values in [0,1] (Waudby-Smith and Ramdas, 2024).</summary>
internal static class SequentialBets
{
    /// <summary>λ̇_t = √(2ℓ/(σ̂²_{t−1}·t·ln(t+1))), and μ̂_{t−1} beside it: functions of the past only.</summary>
    public static (double[] Bets, double[] Means) Of(IReadOnlyList<double> x, double ell)
    {
        var (bets, means) = (new double[x.Count], new double[x.Count]);
        double sum = 0.5, squares = 0.25, mean = 0.5;
        for (var t = 1; t <= x.Count; t++)
        {
            means[t - 1] = mean;
            bets[t - 1] = Math.Sqrt(2 * ell / (squares / t * t * Math.Log(t + 1.0)));
            sum += x[t - 1];
            mean = sum / (t + 1);
            squares += (x[t - 1] - mean) * (x[t - 1] - mean);
        }

        return (bets, means);
    }

    /// <summary>ℓ = ln(1/α) for one side, ln(2/α) for two.</summary>
    public static double Ell(double alpha, IntervalSide side)
    {
        Check.OpenUnit(alpha, nameof(alpha));
        return Math.Log((side == IntervalSide.Two ? 2 : 1) / alpha);
    }

    public static void CheckUnit(IReadOnlyList<double> x)
    {
        Check.Finite(x, nameof(x));
        for (var i = 0; i < x.Count; i++)
            if (!(x[i] >= 0 && x[i] <= 1))
                throw new ArgumentOutOfRangeException(nameof(x), x[i], Invariant($"x[{i}] is {x[i]}; it must lie in [0, 1]."));
    }
}
