using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Theory;

/// <summary>KL divergence between two coins, in nats, and its inverses: the tightest statement about a rate under a KL budget.</summary>
/// <remarks>
/// kl(S_π‖S_p) ≤ KL(π‖p) for any policy π (data processing), so S_π is between <see cref="Lower"/> and <see cref="Upper"/>. Derived and
/// checked for this project.
/// </remarks>
public static class BernoulliKl
{
    /// <summary>kl(u‖v) = u ln(u/v) + (1−u) ln((1−u)/(1−v)), with 0·ln 0 = 0; +∞ where v excludes what u allows.</summary>
    public static double Divergence(double u, double v)
    {
        Check.Probability(u, nameof(u));
        Check.Probability(v, nameof(v));
        return Excess(u, v, u - v) + Excess(1 - u, 1 - v, v - u);
    }

    /// <summary>
    /// inf{u : kl(u‖p) ≤ K}: lowest value to which a rate p may fall. 1 stays 1 for finite K, but only when p is known to be 1.
    /// </summary>
    public static double Lower(double p, double k) => p - Drop(p, k);

    /// <summary>sup{u : kl(u‖p) ≤ K}.</summary>
    public static double Upper(double p, double k) => p + Rise(p, k);

    /// <summary>p − Lower(p, K), accurate when it is tiny.</summary>
    public static double Drop(double p, double k)
    {
        CheckArguments(p, k);
        return Move(p, 1 - p, k);
    }

    /// <summary>Upper(p, K) − p, accurate when it is tiny.</summary>
    public static double Rise(double p, double k)
    {
        CheckArguments(p, k);
        return Move(1 - p, p, k);
    }

    /// <summary>The KL budget (nats) that certifies "S falls by at most d": kl(S − d‖S). +∞ at S = 1.</summary>
    public static double Budget(double safety, double drop)
    {
        Check.Probability(safety, nameof(safety));
        if (!(drop >= 0 && drop <= safety))
            throw new ArgumentOutOfRangeException(nameof(drop), drop,
                Invariant($"The drop is {drop}; it must lie in [0, {safety}], the safety itself."));
        return Excess(safety - drop, safety, -drop) + Excess(1 - safety + drop, 1 - safety, drop);
    }

    /// <summary>
    /// The KL budget (nats) that certifies "S falls by at most d" for every S from a lower limit up: the least of kl(S − d‖S) there, which
    /// is at the limit itself above one half, and above the limit below it.
    /// </summary>
    /// <param name="safetyLower">Lower limit of the safety.</param>
    /// <param name="drop">d, in [0, <paramref name="safetyLower"/>].</param>
    public static double LeastBudget(double safetyLower, double drop)
    {
        Check.Probability(safetyLower, nameof(safetyLower));
        double low = safetyLower, high = 1;
        for (var i = 0; i < 200 && high - low > 1e-15; i++) // convex in S
        {
            var (left, right) = (low + ((high - low) / 3), high - ((high - low) / 3));
            if (Budget(left, drop) <= Budget(right, drop)) high = right; else low = left;
        }

        return Math.Min(Budget(safetyLower, drop), Budget(0.5 * (low + high), drop));
    }

    /// <summary>How far a rate p may fall toward 0 when q = 1 − p.</summary>
    private static double Move(double p, double q, double k)
    {
        if (k == 0) return 0;
        if (k >= -Math.Log(q)) return p;
        if (q == 0) return 0;
        double low = 0, high = p;
        while (true)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high) return middle;
            if (Excess(p - middle, p, -middle) + Excess(q + middle, q, middle) <= k) low = middle; else high = middle;
        }
    }

    /// <summary>x ln(x/m) − (x − m), never negative; the difference x − m is given, because it would cancel.</summary>
    private static double Excess(double x, double m, double difference)
    {
        if (x <= 0) return m;
        if (m <= 0) return double.PositiveInfinity;
        if (Math.Abs(difference) > 0.1 * (x + m)) return x * Math.Log(x / m) - difference;
        // Loader's series for x ln(x/m) + m − x around x = m.
        var v = difference / (x + m);
        var sum = difference * v;
        var term = 2 * x * v;
        for (var j = 1; j < 1000; j++)
        {
            term *= v * v;
            var next = sum + term / (2 * j + 1);
            if (next == sum) break;
            sum = next;
        }

        return sum;
    }

    private static void CheckArguments(double p, double k)
    {
        Check.Probability(p, nameof(p));
        if (!(k >= 0)) throw new ArgumentOutOfRangeException(nameof(k), k, Invariant($"The KL is {k}; it must be 0 or more."));
    }
}
