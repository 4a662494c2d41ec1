using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static partial class SequentialKinds
{
    private static readonly Dictionary<string, SequenceMethod> Methods = new()
    {
        ["hoeffding"] = SequenceMethod.Hoeffding, ["empirical_bernstein"] = SequenceMethod.EmpiricalBernstein, ["betting"] = SequenceMethod.Betting, ["grid_kelly"] = SequenceMethod.GridKelly,
    };

    public static void JudgeLimits(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        var x = input.Numbers("x");
        var side = Enum.Parse<IntervalSide>(input.GetProperty("side").GetString()!, ignoreCase: true);
        foreach (var wanted in @case.GetProperty("expected").EnumerateObject())
        {
            if (!Methods.TryGetValue(wanted.Name, out var method)) { agreement.Problems.Add($"the method '{wanted.Name}' is not computed by the product"); continue; }
            var sequence = new ConfidenceSequence(x, method, input.Number("alpha"), side, input.Number("c"), input.Whole("grid_kelly_points"));
            var running = sequence.Running();
            foreach (var (name, at) in new (string, Func<int, Interval>)[] { ("at", sequence.At), ("running", t => running[t - 1]) })
                agreement.Check(wanted.Value.GetProperty(name), wanted.Value.GetProperty(name).EnumerateArray().Select(r => (object)Row(r[0].GetInt32(), at)).ToArray(), wanted.Name + "." + name);
        }
    }

    public static object? Mixture(JsonElement input)
    {
        var (s, t, a, b) = (input.Whole("successes"), input.Whole("trials"), input.Number("a"), input.Number("b"));
        var limits = BetaMixture.Limits(s, t, a, b, input.Number("alpha"));
        return Inputs.Fields(("lower", limits.Lower), ("upper", limits.Upper), ("log_capital_at_half", BetaMixture.LogCapital(s, t, 0.5, a, b)));
    }

    public static void JudgePairedTest(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        foreach (var wanted in @case.GetProperty("expected").EnumerateObject())
        {
            if (!Methods.TryGetValue(wanted.Name, out var method)) { agreement.Problems.Add($"the method '{wanted.Name}' is not computed by the product"); continue; }
            var test = new SequentialPairedTest(input.Numbers("d"), input.Number("tau"), input.Number("alpha"), method, input.Number("c"), input.Whole("grid_kelly_points"));
            object Capital(string name, IReadOnlyList<double> values) => wanted.Value.GetProperty(name).EnumerateArray().Select(r => (object)new[] { r[0].GetInt32(), values[r[0].GetInt32() - 1] }).ToArray();
            agreement.Check(wanted.Value, Inputs.Fields(
                ("log_capital_noninferior", Capital("log_capital_noninferior", test.LogCapitalNonInferior)), ("log_capital_drop", Capital("log_capital_drop", test.LogCapitalDrop)),
                ("passes_at", test.PassesAt), ("regresses_at", test.RegressesAt), ("p_noninferior", test.NonInferiorityP), ("p_drop", test.DropP)), wanted.Name);
        }
    }

    public static void JudgeWithoutReplacement(JsonElement @case, Agreement agreement)
    {
        var (input, expected) = (@case.GetProperty("input"), @case.GetProperty("expected"));
        var sequence = new FinitePopulationSequence(input.Numbers("x"), input.Whole("population"), input.Number("alpha"), input.Number("c"));
        var running = sequence.Running();
        agreement.Check(expected.GetProperty("at"), expected.GetProperty("at").EnumerateArray().Select(r => (object)Row(r[0].GetInt32(), sequence.At)).ToArray(), "at");
        agreement.Check(expected.GetProperty("running"), expected.GetProperty("running").EnumerateArray().Select(r => (object)Row(r[0].GetInt32(), t => running[t - 1])).ToArray(), "running");
    }

    /// <summary>Our own draws: the mean is missed at any time in no more runs than the limit allows.</summary>
    public static void JudgeCoverage(JsonElement @case, Agreement agreement)
    {
        var (input, expected) = (@case.GetProperty("input"), @case.GetProperty("expected"));
        var (mean, alpha, horizon, runs, limit) = (input.Number("mean"), input.Number("alpha"), input.Whole("horizon"), input.Whole("runs"), expected.Number("limit"));
        var side = Enum.Parse<IntervalSide>(input.GetProperty("side").GetString()!, ignoreCase: true);
        var names = expected.GetProperty("ever_missed").EnumerateObject().Select(m => m.Name).ToArray();
        var missed = names.ToDictionary(n => n, _ => 0);
        var random = new RandomStream(9, "coverage/" + @case.GetProperty("id").GetString());
        var world = World(input.GetProperty("world").GetString()!, mean);
        for (var run = 0; run < runs; run++)
        {
            var x = new double[horizon];
            for (var t = 0; t < horizon; t++) x[t] = world(random);
            foreach (var name in names)
                if (EverMissed(name, x, mean, alpha, side)) missed[name]++;
        }

        foreach (var (name, count) in missed)
            if ((double)count / runs > limit) agreement.Problems.Add(Invariant($"{name} missed the mean in {count} of {runs} runs; {limit} is the most"));
    }

    private static bool EverMissed(string name, double[] x, double mean, double alpha, IntervalSide side)
    {
        if (name == "beta_mixture")
        {
            // A two-sided likelihood-ratio sequence by itself.
            var (s, bar) = (0, Math.Log(1 / alpha));
            for (var t = 1; t <= x.Length; t++)
            {
                s += (int)x[t - 1];
                if (BetaMixture.LogCapital(s, t, mean, 0.5, 0.5) >= bar) return true;
            }

            return false;
        }

        var capped = name.Split("_c");
        var cap = capped.Length == 2 ? double.Parse(capped[1], CultureInfo.InvariantCulture) : 0.5;
        return new ConfidenceSequence(x, Methods[capped[0]], alpha, side, cap).FirstExclusion(mean) is not null;
    }

    /// <summary>Values in [0,1] with the given mean, by the name of the world.</summary>
    private static Func<RandomStream, double> World(string name, double mean)
    {
        if (name.StartsWith("bernoulli-", StringComparison.Ordinal)) return r => r.NextDouble() < mean ? 1 : 0;
        if (BetaWorld().Match(name) is { Success: true } beta)
        {
            var (a, b) = (int.Parse(beta.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(beta.Groups[2].Value, CultureInfo.InvariantCulture));
            return r => OrderStatistic(r, a, a + b - 1); // Beta(a, b) is the a-th smallest of a + b − 1 uniforms
        }

        if (HalfWorld().Match(name) is { Success: true } half)
        {
            var (low, high) = (double.Parse(half.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(half.Groups[2].Value, CultureInfo.InvariantCulture));
            return r => r.NextDouble() < 0.5 ? low : high;
        }

        if (PairedWorld().Match(name) is { Success: true } paired)
        {
            var (lost, gained) = (double.Parse(paired.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(paired.Groups[2].Value, CultureInfo.InvariantCulture));
            return r => r.NextDouble() is var u && u < lost ? 0 : u < lost + gained ? 1 : 0.5;
        }

        // Four samples of items whose own rates differ: item rate 1 or 2·mean − 1, half each.
        if (name == "four-samples") return r => (r.NextDouble() < 0.5 ? 1 : 2 * mean - 1) is var rate ? Enumerable.Range(0, 4).Count(_ => r.NextDouble() < rate) / 4.0 : 0;
        throw new NotSupportedException($"The world '{name}' is not known to this test.");
    }

    private static double OrderStatistic(RandomStream random, int rank, int of) => Enumerable.Range(0, of).Select(_ => random.NextDouble()).Order().ElementAt(rank - 1);

    private static object[] Row(int t, Func<int, Interval> at) => at(t) is var limits ? [t, limits.Lower, limits.Upper] : [];

    [GeneratedRegex(@"^beta\((\d+),(\d+)\)$")]
    private static partial Regex BetaWorld();

    [GeneratedRegex(@"^mixture-half-at-([\d.]+)-and-([\d.]+)$")]
    private static partial Regex HalfWorld();

    [GeneratedRegex(@"^paired-\(([\d.]+),([\d.]+)\)$")]
    private static partial Regex PairedWorld();
}
