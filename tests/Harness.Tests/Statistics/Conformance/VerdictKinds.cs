using System.Text.Json;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class VerdictKinds
{
    public static object? Table(JsonElement input) => Methods(PairedKinds.Counts(input), input.Number("tau"), input.Number("alpha"));

    public static object? Items(JsonElement input)
    {
        var comparison = PairedComparison.Of(Evidence.Of(Scores(input, "approved")), Evidence.Of(Scores(input, "now")));
        var (tau, alpha) = (input.Number("tau"), input.Number("alpha"));
        if (comparison.Complete is not { } complete) throw new ArgumentException("No pair is scored on both sides.");
        var (settings, worst) = (new GateSettings { Margin = tau, Alpha = alpha }, comparison.Worst!);
        return Inputs.Fields(
            ("coverage", comparison.Coverage), ("coverage_ok", comparison.Coverage >= settings.MinimumCoverage),
            ("counts", Counts(complete)), ("counts_worst", Counts(worst)),
            ("complete", Methods(complete, tau, alpha)), ("worst_case", Methods(worst, tau, alpha)));
    }

    private static double?[] Scores(JsonElement input, string name) => [.. input.GetProperty(name).EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? (double?)null : e.AsNumber())];

    private static object Counts(PairedTable t) => Inputs.Fields(("both", t.Both), ("lost", t.Lost), ("gained", t.Gained), ("neither", t.Neither));

    private static Dictionary<string, object?> Methods(PairedTable table, double tau, double alpha)
    {
        var tango = Tango.Limits(table, alpha);
        var newcombe = Newcombe.Limits(table, alpha);
        var drop = McNemar.Drop(table.Lost, table.Gained);
        var lossOnly = LossOnly.LowerLimit(table, alpha);
        var exact = table.N <= 520; // larger tables have no exact column
        var p = exact ? ExactUnconditional.PValue(table, tau) : double.NaN;
        string Exact(bool passes) => passes ? "Passed" : drop <= alpha ? "Regressed" : "Inconclusive";
        string Limits(Interval i) => i.Lower > -tau ? "Passed" : i.Upper < 0 ? "Regressed" : "Inconclusive";
        Assert.Equal(tango.Lower > -tau, Tango.Passes(table, tau, alpha)); // the decision and the printed limit are one thing
        var borderline = new[]
        {
            ("tango", Near(tango.Lower + tau) || Near(tango.Upper)), ("newcombe", Near(newcombe.Lower + tau) || Near(newcombe.Upper)),
            ("exact", exact && (Near(p - alpha) || Near(drop - alpha))), ("loss_only", Near(lossOnly + tau) || Near(drop - alpha)),
        };
        return Inputs.Fields(
            ("tango", Inputs.Fields(("limits", tango), ("verdict", Limits(tango)))),
            ("newcombe", Inputs.Fields(("limits", newcombe), ("verdict", Limits(newcombe)))),
            ("exact", Inputs.Fields(("p_noninferior", p), ("p_drop", drop), ("verdict", Exact(p <= alpha)))),
            ("loss_only", Inputs.Fields(("lower", lossOnly), ("p_drop", drop), ("verdict", Exact(lossOnly > -tau)))),
            ("borderline", borderline.Where(b => b.Item2).Select(b => b.Item1).Order(StringComparer.Ordinal).ToArray()));
    }

    private static bool Near(double distance) => Math.Abs(distance) < 2e-3;
}
