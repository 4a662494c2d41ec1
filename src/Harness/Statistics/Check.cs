using System.Runtime.CompilerServices;

namespace SafetyGate.Harness.Statistics;

/// <summary>Argument checks, phrased so that NaN fails each of them.</summary>
internal static class Check
{
    public static void Probability(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; it must lie in [0, 1]."));
    }

    public static void OpenUnit(double value, string name)
    {
        if (!(value > 0 && value < 1))
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; it must lie between 0 and 1."));
    }

    public static void Alpha(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && value < 0.5))
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; it must lie between 0 and 0.5."));
    }

    public static void Positive(int value, string name)
    {
        if (value < 1) throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; it must be 1 or more."));
    }

    public static void Finite(IReadOnlyList<double> values, string name)
    {
        if (values.Count == 0) throw new ArgumentException($"{name} is empty; no statistic is defined for no values.", name);
        for (var i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException(Invariant($"{name}[{i}] is {values[i]}; it must be a finite number."), name);
    }

    /// <summary>Cell probabilities of a paired item: both in [0,1], their sum too.</summary>
    public static void Cells(double lost, double gained)
    {
        Probability(lost, nameof(lost));
        Probability(gained, nameof(gained));
        if (!(lost + gained <= 1 + 1e-12))
            throw new ArgumentOutOfRangeException(nameof(lost), lost, Invariant($"lost {lost} and gained {gained} add up to more than 1."));
    }
}
