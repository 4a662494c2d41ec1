namespace SafetyGate.Harness.Theory;

/// <summary>Checks and sums over enumerable policies.</summary>
internal static class Policy
{
    /// <summary>Probabilities divided by their sum.</summary>
    public static double[] Normalized(IReadOnlyList<double> p, string name)
    {
        if (p.Count == 0) throw new ArgumentException("The policy has no responses.", name);
        foreach (var value in p)
            if (!(value >= 0 && double.IsFinite(value)))
                throw new ArgumentOutOfRangeException(name, value,
                    Invariant($"A probability is {value}; it must be finite and 0 or more."));
        var sum = p.Sum();
        if (!(sum > 0)) throw new ArgumentException("The probabilities are all 0.", name);
        return [.. p.Select(v => v / sum)];
    }

    public static void Unit(IReadOnlyList<double> values, int count, string name)
    {
        if (values.Count != count)
            throw new ArgumentException(Invariant($"There are {count} responses and {values.Count} values of {name}."), name);
        foreach (var value in values)
            if (!(value >= 0 && value <= 1))
                throw new ArgumentOutOfRangeException(name, value, Invariant($"A value of {name} is {value}; it must lie in [0, 1]."));
    }

    /// <summary>Mean of values in [0,1], kept there where rounding would leave it.</summary>
    public static double Expected(double[] p, IReadOnlyList<double> values) => Math.Clamp(p.Zip(values, (a, b) => a * b).Sum(), 0, 1);

    /// <summary>KL(a‖b) in nats, never negative by rounding; +∞ where b excludes what a allows.</summary>
    public static double Kl(double[] a, double[] b) =>
        Math.Max(0, a.Zip(b, (x, y) => x == 0 ? 0 : y == 0 ? double.PositiveInfinity : x * Math.Log(x / y)).Sum());
}
