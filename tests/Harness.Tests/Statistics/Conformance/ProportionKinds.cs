using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class ProportionKinds
{
    public static object? Interval(JsonElement input)
    {
        var proportion = new Proportion(input.Whole("successes"), input.Whole("trials"));
        var level = input.Number("level");
        var side = Enum.Parse<IntervalSide>(input.GetProperty("side").GetString()!, ignoreCase: true);
        return Inputs.Fields(
            ("clopper_pearson", proportion.ClopperPearson(level, side)), ("wilson", proportion.Wilson(level, side)),
            ("wilson_cc", proportion.WilsonContinuity(level, side)), ("jeffreys", proportion.Jeffreys(level, side)),
            ("jeffreys_modified", proportion.JeffreysModified(level, side)), ("agresti_coull", proportion.AgrestiCoull(level, side)));
    }
}
