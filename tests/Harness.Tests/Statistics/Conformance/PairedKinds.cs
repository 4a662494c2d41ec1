using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class PairedKinds
{
    public static PairedTable Counts(JsonElement input) => new(input.Whole("both"), input.Whole("lost"), input.Whole("gained"), input.Whole("neither"));

    public static object? Table(JsonElement input)
    {
        var table = Counts(input);
        var alpha = input.Number("alpha");
        var (lost, gained) = (table.Lost, table.Gained);
        return Inputs.Fields(
            ("n", table.N),
            ("difference", table.Difference),
            ("mcnemar", Inputs.Fields(
                ("two_sided", McNemar.TwoSided(lost, gained)), ("two_sided_mid", McNemar.TwoSidedMid(lost, gained)),
                ("drop", McNemar.Drop(lost, gained)), ("drop_mid", McNemar.DropMid(lost, gained)),
                ("gain", McNemar.Gain(lost, gained)), ("gain_mid", McNemar.GainMid(lost, gained)))),
            ("newcombe_two", Newcombe.Limits(table, alpha / 2)),
            ("newcombe_one", Newcombe.Limits(table, alpha)),
            ("newcombe_phi", Newcombe.Phi(table)),
            ("tango_two", Tango.Limits(table, alpha / 2)),
            ("tango_one", Tango.Limits(table, alpha)),
            ("loss_only_lower", LossOnly.LowerLimit(table, alpha)),
            ("noninferiority", input.Numbers("tau").Select(tau => Inputs.Fields(
                ("tau", tau),
                ("p_score", Tango.NonInferiority(table, tau)),
                ("q", Tango.GainedRate(lost, gained, table.N, tau)),
                ("score", Tango.Score(lost, gained, table.N, tau)),
                ("p_exact", ExactUnconditional.PValue(table, tau)))).ToArray()));
    }
}
