using MathNet.Numerics;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>One simulated benchmark: behaviors, how their items flip, and the true drop.</summary>
/// <param name="Kind">How items flip together.</param>
/// <param name="Sizes">Items of each behavior.</param>
/// <param name="Drop">True drop, as a share.</param>
/// <param name="Discordance">Share of items that flip without a drop, half of them lost and half gained.</param>
/// <param name="Strength">Share of whole behaviors or correlation, where the kind has one.</param>
public sealed record ClusterScenario(ClusterFlipKind Kind, IReadOnlyList<int> Sizes, double Drop, double Discordance, double Strength)
{
    /// <summary>The strengths of a kind in the grid.</summary>
    public static IReadOnlyList<double> Strengths(ClusterFlipKind kind) => kind switch
    {
        ClusterFlipKind.Mixed => [0.1, 0.3, 0.5, 0.7, 0.9],
        ClusterFlipKind.DropOfWholeBehaviors => [0.2, 0.5, 0.8],
        ClusterFlipKind.Uneven => [0.1, 0.3, 0.6],
        _ => [0],
    };

    /// <summary>The simulation of this benchmark.</summary>
    public ClusterSimulation Simulation() =>
        new([.. Sizes.GroupBy(size => size).OrderBy(g => g.Key).Select(g => (g.Count(), g.Key, Sums(g.Key)))]);

    /// <summary>P(sum of the differences of a behavior = s) at index s + items.</summary>
    public double[] Sums(int items)
    {
        var half = Discordance / 2;
        switch (Kind)
        {
            case ClusterFlipKind.Whole: return new ClusterFlips(half + Drop, half, 1).Sums(items);
            case ClusterFlipKind.Alone: return new ClusterFlips(half + Drop, half, 0).Sums(items);
            case ClusterFlipKind.Mixed: return new ClusterFlips(half + Drop, half, Strength).Sums(items);
            case ClusterFlipKind.Uneven: return Uneven(items, half + Drop, half);
            case ClusterFlipKind.GainsWhole: // a behavior gains whole, or loses items: −loss·(1 − gain) + gain = −drop
                return Beside(ClusterFlips.Independent(items, (half + Drop) / (1 - half), 0), half, 2 * items);
            default: // whole losses of a part of the drop; the rest in the other behaviors: −whole − (1 − whole)(loss − gain) = −drop
                var whole = Drop * Strength;
                return Beside(ClusterFlips.Independent(items, half + Drop * (1 - Strength) / (1 - whole), half), whole, 0);
        }
    }

    private static double[] Beside(double[] mass, double whole, int at)
    {
        for (var i = 0; i < mass.Length; i++) mass[i] *= 1 - whole;
        mass[at] += whole;
        return mass;
    }

    // Beta-binomial losses with mean lost and intraclass correlation Strength; each kept item may be a gained one.
    private double[] Uneven(int items, double lost, double gained)
    {
        double a = lost * (1 - Strength) / Strength, b = (1 - lost) * (1 - Strength) / Strength, gain = gained / (1 - lost);
        var mass = new double[2 * items + 1];
        for (var k = 0; k <= items; k++)
        {
            var losses = Math.Exp(SpecialFunctions.BinomialLn(items, k) + SpecialFunctions.BetaLn(k + a, items - k + b) - SpecialFunctions.BetaLn(a, b));
            for (var g = 0; g <= items - k; g++) mass[items - k + g] += losses * Binomial.Mass(g, items - k, gain);
        }

        return mass;
    }
}
