using System.Globalization;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

/// <summary>B0 to B11 of the theory page on 10,000 random problems (SAFETYGATE_INSTANCES asks for another number, as mutation testing does): reference, reward, safety, β, and another policy π over the same responses. What the library says is compared with sums written out here.</summary>
public sealed class BoundPropertySpecs
{
    private static readonly int Instances = int.TryParse(Environment.GetEnvironmentVariable("SAFETYGATE_INSTANCES"), CultureInfo.InvariantCulture, out var n) && n >= 200 ? n : 10_000;
    private const double Slack = 1e-9; // rounding of sums of up to 9 products, divided by β ≥ .02

    [Fact]
    public void B0_the_drift_is_the_covariance_with_the_weight_under_the_reference() => ForAll((a, count) =>
    {
        for (var i = 0; i < a.P.Length; i++) Assert.Equal(a.Q[i], a.Theory.Tilt[i], Slack);
        Assert.Equal(Dot(a.Q, a.S) - Dot(a.P, a.S), a.Theory.SafetyDrift, Slack);
        Assert.Equal(a.Theory.SafetyDrift, a.Theory.Covariance, Slack);
        Assert.Equal(a.LogZ, a.Theory.LogZ, Slack);
        if (a.Beta < 1) return;
        count.Seen("first order");
        // With x = g/β ≤ 1 the rest is Cov(s, x)(1/Z − 1) + Cov(s, e^x − 1 − x)/Z, below .43/β² + .34/β².
        Assert.InRange(Math.Abs(a.Theory.SafetyDrift - a.Theory.FirstOrderDrift), 0, 1 / (a.Beta * a.Beta));
    }, "first order");

    [Fact]
    public void B1_for_rewards_of_0_and_1_the_drift_is_the_gain_times_the_difference_of_the_conditional_safeties() => ForAll((a, count) =>
    {
        var gain = a.Theory.RewardGain;
        if (a.Theory.BinaryRewardIdentity is { } identity)
        {
            count.Seen("binary");
            Assert.Equal(a.Drift, identity, Slack);
            Assert.Equal(gain, a.Theory.TotalVariation, Slack);
            Assert.True(Math.Abs(a.Drift) <= gain + Slack);
        }
        else if (a.G.Any(g => g is not (0 or 1)) && Math.Abs(a.Drift) > gain + Slack) count.Seen("graded, where it is false");
    }, "binary", "graded, where it is false");

    [Fact]
    public void B2_and_B3_the_covariance_and_data_free_ceilings_hold() => ForAll((a, _) =>
    {
        var drift = Math.Abs(a.Drift);
        var w = a.G.Select(g => Math.Exp((g / a.Beta) - a.LogZ)).ToArray(); // w/Z
        var covariance = Math.Sqrt(Variance(a.P, a.S) * Variance(a.P, w));
        Assert.Equal(covariance, a.Theory.CovarianceBound, 1e-7 * Math.Max(1, covariance));
        Assert.True(drift <= a.Theory.CovarianceBound + Slack && a.Theory.CovarianceBound <= DriftBounds.CovarianceLoose(a.Beta) + Slack);
        Assert.True(drift <= a.Theory.TotalVariation + Slack && a.Theory.TotalVariation <= DriftBounds.DataFree(a.Beta) + Slack && DriftBounds.DataFree(a.Beta) <= DriftBounds.DataFreeLoose(a.Beta));
    });

    [Fact]
    public void B4_the_log_odds_of_a_safety_of_0_and_1_move_by_at_most_one_over_beta() => ForAll((a, count) =>
    {
        if (a.Theory.LogitShift is not { } shift) return;
        count.Seen("binary safety");
        Assert.True(Math.Abs(shift) <= (1 / a.Beta) + Slack);
        var (before, after) = (Dot(a.P, a.S), Dot(a.Q, a.S));
        if (before is > .01 and < .99 && after is > .01 and < .99) Assert.Equal(Math.Log(after / (1 - after)) - Math.Log(before / (1 - before)), shift, 1e-7);
    }, "binary safety");

    [Fact]
    public void B5_to_B7_bound_the_safety_of_any_policy_by_its_kl() => ForAll((a, _) =>
    {
        var (before, after, kl) = (Dot(a.P, a.S), Dot(a.Other, a.S), a.Theory.KlOf(a.Other));
        Assert.Equal(Kl(a.Other, a.P), kl, Slack);
        Assert.InRange(a.Theory.SafetyBefore, 0, 1); // rounding must not lead out, or B7 has no answer
        Assert.InRange(a.Theory.SafetyOf(a.Other), 0, 1);
        Assert.True(Math.Abs(after - before) <= DriftBounds.Pinsker(kl) + Slack);
        Assert.True(Math.Abs(after - before) <= DriftBounds.BretagnolleHuber(kl) + Slack);
        Assert.True(DriftBounds.BretagnolleHuber(kl) < DriftBounds.Pinsker(kl) == kl > 1.5937 || kl is < 1e-9 or (> 1.593 and < 1.594));
        var (low, high) = (BernoulliKl.Lower(a.Theory.SafetyBefore, kl), BernoulliKl.Upper(a.Theory.SafetyBefore, kl));
        Assert.InRange(low, 0, 1);
        Assert.InRange(high, 0, 1);
        Assert.InRange(after, low - Slack, high + Slack);
        RequireWithin(a.Theory.SafetyOf(a.Other), a.Theory.SafetyBefore, kl);
        Assert.True(a.Theory.SafetyBefore - low <= DriftBounds.Pinsker(kl) + Slack); // never looser than B5
        Assert.True(BernoulliKl.Lower(a.Theory.SafetyBefore, kl * 1.5) <= low + Slack);
        Assert.True(BernoulliKl.Lower(Math.Min(1, a.Theory.SafetyBefore + .01), kl) >= low - Slack);
    });

    [Fact]
    public void B8_at_the_optimum_both_divergences_are_the_gain_over_beta_and_the_gap_of_any_policy_is_its_kl_to_the_tilt() => ForAll((a, _) =>
    {
        Assert.Equal(a.Theory.RewardGain / a.Beta, a.Theory.Kl + a.Theory.ReverseKl, 1e-7);
        Assert.Equal(Kl(a.Q, a.P), a.Theory.Kl, 1e-7);
        Assert.True(a.Theory.Kl <= (a.Theory.RewardGain / a.Beta) + 1e-7);
        Assert.True(Math.Abs(a.Drift) <= a.Theory.RewardBound + Slack);
        Assert.Equal(a.Beta * KlToTilt(a, a.Other), a.Theory.Objective(a.Theory.Tilt) - a.Theory.Objective(a.Other), 1e-7);
    });

    [Fact]
    public void B9_certifies_any_policy_that_did_not_lower_the_objective_and_no_other() => ForAll((a, count) =>
    {
        var (before, after, kl) = (Dot(a.P, a.G), Dot(a.Other, a.G), Kl(a.Other, a.P));
        var premise = after - (a.Beta * kl) - before;
        if (Math.Abs(premise) < Slack) return;
        var certificate = DriftBounds.Certificate(before, after, kl, a.Beta);
        Assert.Equal(premise > 0, certificate is not null);
        count.Seen(premise > 0 ? "premise" : "no premise");
        if (certificate is not { } bound) return;
        Assert.True(kl <= ((after - before) / a.Beta) + Slack);
        Assert.True(Math.Abs(Dot(a.Other, a.S) - Dot(a.P, a.S)) <= bound + Slack);
    }, "premise", "no premise");

    [Fact]
    public void B10_averages_over_prompts_obey_the_bounds_with_the_mean_kl()
    {
        var prompts = new List<Problem>();
        ForAll((a, count) =>
        {
            prompts.Add(a);
            if (prompts.Count < 5) return;
            count.Seen("sets of prompts");
            var average = PromptAverage.Of([.. prompts.Select(prompt => Math.Round(prompt.Theory.SafetyBefore, 12))], // a constant 1 that rounding made 1 − 3e-16 is another reference, one that may fall
                [.. prompts.Select(prompt => Kl(prompt.Other, prompt.P))]);
            var (before, after) = (prompts.Average(prompt => Dot(prompt.P, prompt.S)), prompts.Average(prompt => Dot(prompt.Other, prompt.S)));
            Assert.Equal(before, average.MeanSafety, Slack);
            RequireWithin(Math.Clamp(after, 0, 1), Math.Clamp(before, 0, 1), average.MeanKl);
            Assert.True(after >= average.WorstMean - Slack, Invariant($"{average}, {after}"));
            Assert.True(average.WorstMean >= average.Lower - Slack, Invariant($"{average}"));
            Assert.True(Math.Abs(after - before) <= DriftBounds.Pinsker(average.MeanKl) + Slack && Math.Abs(after - before) <= DriftBounds.BretagnolleHuber(average.MeanKl) + Slack);
            prompts.RemoveAt(0); // every instance but the first four ends a set
        }, "sets of prompts");
    }

    [Fact]
    public void B11_safety_drifts_for_some_beta_exactly_when_it_depends_on_the_reward() => ForAll((a, count) =>
    {
        var levels = a.Theory.SafetyByReward;
        var rises = levels.Zip(levels.Skip(1), (one, next) => next.Safety - one.Safety).ToList();
        var moves = new[] { a.Beta, .1, .5, 2 }.Max(beta => Math.Abs(new TiltedPolicy(a.P, a.G, a.S, beta).SafetyDrift));
        if (rises.TrueForAll(rise => Math.Abs(rise) < 1e-12))
        {
            count.Seen(levels.Count == 1 ? "one level of reward" : "independent");
            Assert.InRange(moves, 0, Slack);
        }
        else if (rises.Exists(rise => Math.Abs(rise) > .01))
        {
            count.Seen("dependent");
            Assert.True(moves > 1e-12, $"{moves}");
        }

        if (!rises.TrueForAll(rise => rise >= 0)) return;
        count.Seen("nondecreasing");
        Assert.True(a.Drift >= -Slack);
    }, "one level of reward", "independent", "dependent", "nondecreasing");

    private static void ForAll(Action<Problem, Counts> holds, params string[] mustOccur)
    {
        var (random, counts) = (new RandomStream(31, "bounds"), new Counts());
        for (var i = 0; i < Instances; i++) holds(Problem.Draw(random), counts);
        foreach (var name in mustOccur) Assert.True(counts[name] >= Instances / 200, $"'{name}' occurred {counts[name]} times only");
    }

    // kl(u‖1) is infinite for a u that is 1 but for rounding.
    private static void RequireWithin(double after, double before, double kl)
    {
        if (before is > Slack and < 1 - Slack) Assert.True(BernoulliKl.Divergence(after, before) <= kl + Slack);
        else Assert.Equal(before, after, 2 * Slack);
    }

    private static double Dot(double[] p, double[] values) => p.Zip(values, (a, b) => a * b).Sum();

    private static double Variance(double[] p, double[] values) => p.Select((weight, i) => weight * Math.Pow(values[i] - Dot(p, values), 2)).Sum();

    private static double Kl(double[] a, double[] b) => a.Zip(b, (x, y) => x == 0 ? 0 : x * Math.Log(x / y)).Sum();

    // In logarithms: the tilt of a small β is below the least double somewhere.
    private static double KlToTilt(Problem a, double[] policy) => policy.Select((x, i) => x == 0 ? 0 : x * (Math.Log(x / a.P[i]) - (a.G[i] / a.Beta) + a.LogZ)).Sum();

    private sealed class Counts
    {
        private readonly Dictionary<string, int> _seen = [];

        public int this[string name] => _seen.GetValueOrDefault(name);

        public void Seen(string name) => _seen[name] = this[name] + 1;
    }

    private sealed record Problem(double[] P, double[] G, double[] S, double Beta, double[] Q, double LogZ, double[] Other)
    {
        public TiltedPolicy Theory { get; } = new(P, G, S, Beta);

        public double Drift => Dot(Q, S) - Dot(P, S);

        public static Problem Draw(RandomStream random)
        {
            var n = 2 + random.Next(8);
            var p = Normalized([.. Enumerable.Range(0, n).Select(_ => Math.Exp(2 * random.NextNormal()))]);
            var g = Scores(random, n);
            var kind = random.Next(5);
            // Safety that is a constant, or falls or rises with the reward, beside any other.
            var s = kind switch { 0 => [.. g.Select(_ => 1.0)], 1 => [.. g.Select(x => 1 - x)], 2 => [.. g.Select(x => x * x)], _ => Scores(random, n) };
            var beta = Math.Pow(10, -1.7 + (2.7 * random.NextDouble()));
            var most = g.Max() / beta;
            var logZ = most + Math.Log(p.Zip(g, (x, y) => x * Math.Exp((y / beta) - most)).Sum());
            double[] q = [.. p.Zip(g, (x, y) => x * Math.Exp((y / beta) - logZ))];
            // Half of the other policies are on the way to a tilt, which the premise of B9 needs.
            var reach = random.NextDouble() / beta;
            var other = random.Next(2) == 0
                ? Normalized([.. p.Select(x => x * Math.Exp(2 * random.NextNormal()))])
                : Normalized([.. p.Zip(g, (x, y) => x * Math.Exp(((y - 1) * reach) + (.1 * random.NextNormal())))]);
            return new(p, g, s, beta, q, logZ, other);
        }

        private static double[] Scores(RandomStream random, int n)
        {
            var kind = random.Next(8);
            var constant = random.NextDouble();
            return [.. Enumerable.Range(0, n).Select(_ => kind switch { 0 => constant, <= 3 => random.Next(2), _ => random.NextDouble() })];
        }

        private static double[] Normalized(double[] weights) => [.. weights.Select(weight => weight / weights.Sum())];
    }
}
