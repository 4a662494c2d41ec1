using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class PowerKinds
{
    private const string NotPassed = "not_passed_tau_";

    public static object? Power(JsonElement input)
    {
        var (n, lost, gained, tau, alpha) = (input.Whole("n"), input.Number("lost"), input.Number("gained"), input.Number("tau"), input.Number("alpha"));
        var critical = ExactUnconditional.Critical(n, tau, alpha);
        return Inputs.Fields(
            ("passed_tango", PairedPower.Passed(n, lost, gained, tau, alpha)),
            ("regressed_exact", PairedPower.Regressed(n, lost, gained, alpha)),
            ("normal", PairedPower.Normal(n, lost, gained, tau, alpha)),
            ("exact_critical", critical),
            ("passed_exact", ExactUnconditional.Power(n, lost, gained, tau, critical)));
    }

    public static object? MinimalN(JsonElement input)
    {
        var size = MinimalSize.Find(input.Number("lost"), input.Number("gained"), input.Number("tau"), input.Number("alpha"), input.Number("power"));
        return Inputs.Fields(("first", size?.First), ("stays", size?.Stays), ("normal", size?.Normal));
    }

    /// <summary>The powers and margins that a case asks for, by their names.</summary>
    public static void JudgeDetectableDrop(JsonElement @case, Agreement agreement)
    {
        var (input, expected) = (@case.GetProperty("input"), @case.GetProperty("expected"));
        var (n, gained, alpha) = (input.Whole("n"), input.Number("gained"), input.Number("alpha"));
        agreement.Check(expected, expected.EnumerateObject().ToDictionary(member => member.Name, member => (object?)Drops(member.Value, Inputs.Decimal(member.Name))));

        Dictionary<string, object?> Drops(JsonElement wanted, double power) => wanted.EnumerateObject().ToDictionary(drop => drop.Name, drop => (object?)Drop(drop.Name, power));

        double? Drop(string name, double power) => name == "regressed"
            ? PairedPower.DropSeenAsRegressed(n, gained, alpha, power)
            : name.StartsWith(NotPassed, StringComparison.Ordinal)
                ? PairedPower.DropSeenAsNotPassed(n, gained, Inputs.Decimal(name[NotPassed.Length..]), alpha, power)
                : throw new NotSupportedException($"The drop '{name}' is not computed by the product.");
    }

    public static object? Samples(JsonElement input)
    {
        var plan = new SamplePlan(input.Number("sd_between"), input.Number("sd_within"), input.Whole("samples"));
        var (n, tau, alpha, power) = (input.Whole("n"), input.Number("tau"), input.Number("alpha"), input.Number("power"));
        return Inputs.Fields(
            ("variance", plan.Variance), ("se", plan.StandardError(n)), ("power", plan.Power(n, tau, alpha)), ("n_needed", plan.ItemsNeeded(tau, alpha, power)),
            ("detectable_drop", plan.DetectableDrop(n, alpha, power)), ("best_samples", plan.BestSamples(input.Number("cost_item"), input.Number("cost_sample"))));
    }
}
