using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class PowerKinds
{
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

    public static object? DetectableDrop(JsonElement input)
    {
        var (n, gained, alpha) = (input.Whole("n"), input.Number("gained"), input.Number("alpha"));
        double[] powers = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99], margins = [0.01, 0.02, 0.03, 0.05, 0.1];
        return Inputs.Fields([.. powers.Select(power => (Invariant($"{power}"), (object?)Inputs.Fields([
            ("regressed", PairedPower.DropSeenAsRegressed(n, gained, alpha, power)),
            .. margins.Select(tau => (Invariant($"not_passed_tau_{tau}"), (object?)PairedPower.DropSeenAsNotPassed(n, gained, tau, alpha, power))),
        ])))]);
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
