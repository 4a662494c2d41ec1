using System.Text.Json;
using SafetyGate.Harness.Tests.Statistics.Conformance;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

/// <summary>Every case of statistics/theory*.jsonl. A kind that nobody computes fails by name.</summary>
public sealed class TheoryConformance
{
    private static readonly Dictionary<string, Func<JsonElement, object?>> Kinds = new(StringComparer.Ordinal)
    {
        ["kl-inverse"] = Inverse,
        ["kl"] = input => Inputs.Fields(("kl", BernoulliKl.Divergence(input.Number("u"), input.Number("v")))),
        ["ceilings"] = input => input.Number("beta") is var beta ? Inputs.Fields(("tanh", DriftBounds.DataFree(beta)), ("quarter", DriftBounds.DataFreeLoose(beta)), ("half_sinh", DriftBounds.CovarianceLoose(beta))) : null,
        ["budget"] = input => Inputs.Fields(("kl", BernoulliKl.Budget(input.Number("safety"), input.Number("drop")))),
        ["best-of-n"] = Best,
        ["prompt-average"] = Average,
    };

    private static readonly Dictionary<string, Action<JsonElement, Agreement>> Judged = new(StringComparer.Ordinal) { ["instance"] = Instance };

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => ConformanceFiles.Cases(file => file.StartsWith("theory", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => StatisticsConformance.Run(ConformanceFiles.Case(file, id), Kinds, Judged);

    private static object? Inverse(JsonElement input)
    {
        var (p, k) = (input.Number("p"), input.Number("k"));
        return Inputs.Fields(
            ("lower", BernoulliKl.Lower(p, k)), ("upper", BernoulliKl.Upper(p, k)), ("drop", BernoulliKl.Drop(p, k)), ("rise", BernoulliKl.Rise(p, k)),
            ("pinsker", DriftBounds.Pinsker(k)), ("bretagnolle_huber", DriftBounds.BretagnolleHuber(k)));
    }

    private static object? Best(JsonElement input)
    {
        var n = input.Whole("n");
        return input.TryGetProperty("p", out _)
            ? Inputs.Fields(("kl", BestOfN.Kl(n, input.Numbers("p"), input.Numbers("reward"))), ("ceiling", BestOfN.Ceiling(n)))
            : Inputs.Fields(("kl", BestOfN.Ceiling(n)));
    }

    private static object? Average(JsonElement input)
    {
        var average = PromptAverage.Of(input.Numbers("s_p"), input.Numbers("kl"));
        return Inputs.Fields(("mean_s", average.MeanSafety), ("mean_kl", average.MeanKl), ("lower", average.Lower), ("worst_mean", average.WorstMean));
    }

    private static void Instance(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        var tilt = new TiltedPolicy(input.Numbers("p"), input.Numbers("g"), input.Numbers("s"), input.Number("beta"));
        var expected = @case.GetProperty("expected");
        const double slack = 1e-12; // rounding of two expectations
        var (drift, beta, k) = (tilt.SafetyDrift, tilt.Beta, tilt.Kl);
        bool Holds(double bound) => Math.Abs(drift) <= bound + slack;
        var (lower, upper) = (BernoulliKl.Lower(tilt.SafetyBefore, k), BernoulliKl.Upper(tilt.SafetyBefore, k));
        var levels = tilt.SafetyByReward;
        var constant = levels.All(l => Math.Abs(l.Safety - levels[0].Safety) <= 1e-12);
        var rising = levels.Zip(levels.Skip(1)).All(p => p.Second.Safety >= p.First.Safety - 1e-12);
        var shift = tilt.LogitShift;
        agreement.Check(expected, Inputs.Fields(
            ("log_z", tilt.LogZ), ("q", tilt.Tilt), ("g_p", tilt.RewardBefore), ("g_q", tilt.RewardAfter), ("s_p", tilt.SafetyBefore), ("s_q", tilt.SafetyAfter),
            ("kl_qp", k), ("kl_pq", tilt.ReverseKl), ("tv", tilt.TotalVariation), ("delta_g", tilt.RewardGain), ("delta_s", drift),
            ("bounds", Inputs.Fields(
                ("B0", Inputs.Fields(("exact", tilt.Covariance), ("first_order", tilt.FirstOrderDrift))),
                ("B1", Inputs.Fields(("applies", tilt.BinaryRewardIdentity is not null), ("identity", tilt.BinaryRewardIdentity), ("bound", tilt.RewardGain), ("holds", Holds(tilt.RewardGain)))),
                ("B2", Inputs.Fields(("bound", tilt.CovarianceBound), ("loose", DriftBounds.CovarianceLoose(beta)), ("holds", Holds(tilt.CovarianceBound)))),
                ("B3", Inputs.Fields(("bound", DriftBounds.DataFree(beta)), ("loose", DriftBounds.DataFreeLoose(beta)), ("holds", Holds(DriftBounds.DataFree(beta))))),
                ("B4", Inputs.Fields(("applies", shift is not null), ("shift", shift), ("bound", 1 / beta), ("holds", Math.Abs(shift ?? 0) <= 1 / beta + slack))),
                ("B5", Inputs.Fields(("bound", DriftBounds.Pinsker(k)), ("holds", Holds(DriftBounds.Pinsker(k))))),
                ("B6", Inputs.Fields(("bound", DriftBounds.BretagnolleHuber(k)), ("holds", Holds(DriftBounds.BretagnolleHuber(k))))),
                ("B7", Inputs.Fields(("lower", lower), ("upper", upper), ("holds", tilt.SafetyAfter >= lower - slack && tilt.SafetyAfter <= upper + slack))),
                ("B8", Inputs.Fields(("sum_kl", k + tilt.ReverseKl), ("delta_g_over_beta", tilt.RewardGain / beta), ("bound", tilt.RewardBound), ("holds", Holds(tilt.RewardBound)))),
                ("B9", Certificate(tilt, [.. expected.GetProperty("bounds").GetProperty("B9").GetProperty("pi").EnumerateArray().Select(e => e.GetDouble())])),
                ("B11", Inputs.Fields(
                    ("levels", levels.Select(l => l.Reward).ToArray()), ("s_given_g", levels.Select(l => l.Safety).ToArray()), ("constant", constant), ("nondecreasing", rising),
                    ("holds", (!constant || Math.Abs(drift) <= slack) && (!rising || drift >= -slack))))))));
    }

    private static Dictionary<string, object?> Certificate(TiltedPolicy tilt, double[] policy)
    {
        var (gain, kl) = (tilt.RewardOf(policy) - tilt.RewardBefore, tilt.KlOf(policy));
        var bound = DriftBounds.Certificate(tilt.RewardBefore, tilt.RewardOf(policy), kl, tilt.Beta);
        return Inputs.Fields(
            ("pi", policy), ("j_pi", tilt.Objective(policy)), ("premise", bound is not null), ("kl", kl), ("s_pi", tilt.SafetyOf(policy)),
            ("kl_bound", gain / tilt.Beta), ("bound", bound), ("holds", bound is { } b && Math.Abs(tilt.SafetyOf(policy) - tilt.SafetyBefore) <= b + 1e-12));
    }
}
