using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>The largest false-pass and false-alarm probabilities over all discordances, searched with the product's own regions.</summary>
internal static class SizeKind
{
    public static void Judge(JsonElement @case, Agreement agreement)
    {
        var (input, expected) = (@case.GetProperty("input"), @case.GetProperty("expected"));
        var (n, tau, alpha) = (input.Whole("n"), input.Number("tau"), input.Number("alpha"));
        var z = Normal.UpperQuantile(alpha);
        var lossLimit = PassRegion.Where(n, (lost, _) => -new Proportion(lost, n).ClopperPearson(1 - alpha, IntervalSide.Upper).Upper > -tau);
        var regions = new Dictionary<string, PassRegion>
        {
            ["tango"] = PairedPower.Region(n, tau, alpha),
            ["exact"] = PassRegion.Tango(n, tau, ExactUnconditional.Critical(n, tau, alpha) - 1e-9, orEqual: true),
            ["loss_only"] = lossLimit,
        };
        foreach (var (name, region) in regions)
        {
            double At(double discordance) => region.Probability((discordance + tau) / 2, (discordance - tau) / 2);
            var wanted = expected.GetProperty(name);
            agreement.Check(wanted.GetProperty("size"), Largest(At, tau, 0.5), name + ".size");
            agreement.Check(wanted.GetProperty("size_discordance_below_0.12"), Largest(At, tau, 0.05), name + ".size below .12");
            if (wanted.GetProperty("at_discordance") is { ValueKind: JsonValueKind.Number } at) agreement.Check(wanted.GetProperty("size"), At(at.GetDouble()), name + ".at_discordance");
            if (wanted.GetProperty("at") is { ValueKind: JsonValueKind.Number } below) agreement.Check(wanted.GetProperty("size_discordance_below_0.12"), At(below.GetDouble()), name + ".at");
        }

        var alarms = new Dictionary<string, PassRegion>
        {
            ["tango"] = PassRegion.Where(n, (lost, gained) => !(Tango.Score(lost, gained, n, 0) < -z)),
            ["exact_mcnemar"] = PassRegion.NotRegressed(n, alpha),
            ["mid_p"] = PassRegion.Where(n, (lost, gained) => !(McNemar.DropMid(lost, gained) <= alpha)),
        };
        foreach (var (name, region) in alarms)
            agreement.Check(expected.GetProperty("false_alarm").GetProperty(name), Largest(d => region.ComplementProbability(d / 2, d / 2), 0, 0.5), "false_alarm." + name);

        var gained0 = new Dictionary<string, Func<int, bool>>
        {
            ["percentile_bootstrap"] = lost => -Quantile(n, lost, 1 - alpha) / (double)n > -tau,
            ["paired_t"] = lost => PairedT(n, lost, alpha) > -tau,
            ["newcombe_base_1"] = lost => Newcombe.Limits(new PairedTable(n - lost, lost, 0, 0), alpha).Lower > -tau,
            ["tango"] = lost => Tango.Score(lost, 0, n, tau) > z,
            ["loss_only"] = lost => LossOnly.LowerLimit(new PairedTable(n - lost, lost, 0, 0), alpha) > -tau,
        };
        foreach (var (name, passes) in gained0)
            agreement.Check(expected.GetProperty("gained_0").GetProperty(name), Enumerable.Range(0, n + 1).Where(passes).Sum(lost => Binomial.Mass(lost, n, tau)), "gained_0." + name);
    }


    /// <summary>
    /// The largest of the vectors' own 161 points, gained q = (1−τ)/2·u² up to a bound. A finer search finds up to .001 more between
    /// them (n = 1000, exact McNemar), so the points are part of what is compared.
    /// </summary>
    private static double Largest(Func<double, double> at, double tau, double most)
    {
        const int points = 161;
        return Enumerable.Range(0, points).Select(i => (1 - tau) / 2 * i * i / ((points - 1.0) * (points - 1.0))).Where(q => q <= most).Max(q => at(tau + 2 * q));
    }

    private static int Quantile(int n, int lost, double q)
    {
        var p = (double)lost / n;
        for (var k = 0; ; k++)
            if (Binomial.AtMost(k, n, p) >= q || k == n) return k;
    }

    private static double PairedT(int n, int lost, double alpha)
    {
        var p = (double)lost / n;
        var se = Math.Sqrt(p * (1 - p) / (n - 1));
        return -p - StudentT.UpperQuantile(alpha, n - 1) * se;
    }
}
