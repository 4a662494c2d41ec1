using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class MeanKinds
{
    public static object? TQuantile(JsonElement input) => Inputs.Fields(("t", StudentT.Quantile(input.Number("p"), input.Number("df"))));

    public static object? PairedT(JsonElement input)
    {
        var mean = StudentMean.Of(input.Numbers("d"));
        var (level, tau) = (input.Number("level"), input.Number("tau"));
        return Inputs.Fields(
            ("mean", mean.Mean), ("sd", mean.StandardDeviation), ("se", mean.StandardError), ("degenerate", mean.IsDegenerate),
            ("two", mean.Limits(level)), ("lower", mean.Limits(level, IntervalSide.Lower)?.Lower), ("upper", mean.Limits(level, IntervalSide.Upper)?.Upper),
            ("p_noninferior", mean.NonInferiority(tau)));
    }

    public static object? Cluster(JsonElement input)
    {
        var mean = ClusteredMean.Of(input.Numbers("x"), [.. input.GetProperty("cluster").EnumerateArray().Select(c => c.GetInt32())]);
        var level = input.Number("level");
        return Inputs.Fields(
            ("mean", mean.Mean), ("clusters", mean.Clusters), ("se_cr0", mean.Cr0), ("se_cr1", mean.Cr1), ("se_cr2", mean.Cr2), ("df_cr2", mean.Cr2DegreesOfFreedom),
            ("ci_cr1", mean.Cr1Limits(level)), ("ci_cr2", mean.Cr2Limits(level)), ("icc", mean.IntraclassCorrelation), ("deff_kish", mean.KishDesignEffect),
            ("deff", mean.DesignEffect), ("n_effective", mean.EffectiveN));
    }

    public static object? Stratified(JsonElement input)
    {
        var mean = StratifiedMean.Of(input.Rows("strata"), input.Numbers("weight_numerators"));
        return Inputs.Fields(
            ("mean", mean.Mean), ("se", mean.StandardError), ("df", mean.DegreesOfFreedom), ("two", mean.Limits(input.Number("level"))), ("stratum_means", mean.StratumMeans));
    }
}
