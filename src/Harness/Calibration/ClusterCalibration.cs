using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// Shows by simulation that the rule for items that share behaviors keeps its promise: 168 behaviors, a true drop of exactly τ, a drop of
/// 2τ, and none.
/// </summary>
public sealed class ClusterCalibration
{
    /// <summary>Behaviors of each simulated benchmark.</summary>
    public const int Behaviors = 168;

    private const double Alpha = 0.05;
    private const int AlternativeDraws = 2000;

    private static readonly double[] Margins = [0.02, 0.03, 0.05], BaselineRates = [0.80, 0.90, 0.95, 0.99, 0.999],
    Discordances = [0, 0.005, 0.01, 0.02, 0.05, 0.10];

    private static readonly (string Name, int[] Sizes)[] Sizes =
    [
        .. new[] { 1, 2, 5, 10 }.Select(size => (Invariant($"{size}"), Enumerable.Repeat(size, Behaviors).ToArray())),
        ("1, 2, 5 and 10 in turn", [.. Enumerable.Range(0, Behaviors).Select(i => new[] { 1, 2, 5, 10 }[i % 4])]),
        ("8 of 40, else 1", [.. Enumerable.Range(0, Behaviors).Select(i => i < 8 ? 40 : 1)]),
    ];

    /// <summary>The rows of the kinds that are required to hold, then those in which the rule is stretched.</summary>
    public required IReadOnlyList<ClusterCalibrationRow> AtTheMargin { get; init; }

    /// <summary>Power at the recommended sizes.</summary>
    public required IReadOnlyList<ClusterPowerRow> Power { get; init; }

    /// <summary>Requirements on the gate, and whether each was shown to hold.</summary>
    public IReadOnlyList<CalibrationRequirement> Requirements =>
    [
        .. AtTheMargin.Where(row => row.Kind != ClusterFlipKind.GainsWhole).Select(row => CalibrationRequirement.AtMost(
            Invariant($"a true drop of exactly τ passes at most {100 * CalibrationRules.PassesAtMarginAtMost:0.##} % of the time"),
            $"{row.Sizes}, {row.Kind}", row.Passed, row.Draws, CalibrationRules.PassesAtMarginAtMost)),
        .. Power.Select(row => CalibrationRequirement.AtLeast(
            Invariant($"a drop of 2 τ does not pass at least {100 * CalibrationRules.NotPassedAtLeast:0.##} % of the time"),
            Invariant($"{row.Behaviors} behaviors of {row.Items}, correlation {row.Correlation}, τ {row.Margin}"),
            (int)Math.Round(row.TwiceNotPassed * ClusteredPower.Draws), ClusteredPower.Draws, CalibrationRules.NotPassedAtLeast)),
    ];

    /// <summary>Simulates the grid.</summary>
    /// <param name="draws">Draws behind each share at the margin; the point of the grid is chosen with a fifth as many others.</param>
    /// <param name="progress">Where to report, in rows.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static ClusterCalibration Run(int draws, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Check.Positive(draws, nameof(draws));
        var asked = Sizes.SelectMany(s => Enum.GetValues<ClusterFlipKind>().Where(kind => kind == ClusterFlipKind.Whole || s.Sizes.Any(size => size > 1)).Select(kind => (s.Name, s.Sizes, Kind: kind))).ToList();
        var rows = new List<ClusterCalibrationRow>();
        foreach (var (name, sizes, kind) in asked)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Row(name, sizes, kind, draws));
            progress?.Report(new("clusters", rows.Count, asked.Count));
        }

        var power = from items in new[] { 2, 5, 10 } from correlation in new[] { 0, 0.3, 1 } from margin in Margins select PowerRow(items, correlation, margin, 0.02);
        return new() { AtTheMargin = [.. rows.OrderBy(row => row.Kind == ClusterFlipKind.GainsWhole)], Power = [.. power] };
    }

    private static ClusterCalibrationRow Row(string name, int[] sizes, ClusterFlipKind kind, int draws)
    {
        var grid = Scenarios(sizes, kind).ToList();
        var worst = grid.MaxBy(scenario => scenario.Simulation().Passed(scenario.Drop, Alpha, Math.Max(1, draws / 5), Stream("choose", scenario)))!;
        var simulation = worst.Simulation();
        double Share(string rule, Func<double[], int[], bool> passes) => simulation.Share(AlternativeDraws, Stream(rule, worst), passes);
        return new(
            name, kind, grid.Count, worst, (int)Math.Round(simulation.Passed(worst.Drop, Alpha, draws, Stream("measure", worst)) * draws),
            draws,
            ItemsAlone: ClusterAlternatives.ItemsAlone(worst, Alpha, AlternativeDraws, Stream("items", worst)),
            StudentT: Share("t", (values, counts) => ClusterAlternatives.StudentT(values, counts, worst.Drop, Alpha)),
            GridKelly: Share("kelly", (values, counts) => ClusterAlternatives.GridKelly(values, counts, worst.Drop, Alpha)),
            Gaffke: Share("gaffke", (values, counts) => ClusterAlternatives.Gaffke(values, counts, worst.Drop, Alpha)));
    }

    private static ClusterPowerRow PowerRow(int items, double correlation, double margin, double discordance)
    {
        var unchanged = new ClusterFlips(discordance / 2, discordance / 2, correlation);
        var behaviors = ClusteredPower.Size([items], unchanged, margin, Alpha, UnderpoweredGate.Target, PowerQuestion.MostItems)!.Value;
        int[] sizes = [.. Enumerable.Repeat(items, behaviors)];
        var scenario = new ClusterScenario(ClusterFlipKind.Mixed, sizes, 0, discordance, correlation);
        double Share(string rule, Func<double[], int[], bool> passes) =>
            scenario.Simulation().Share(AlternativeDraws, Stream(rule, scenario), passes);
        return new(
            items, correlation, margin, discordance, behaviors, ClusteredPower.Passed(sizes, unchanged, margin, Alpha),
            1 - ClusteredPower.Passed(sizes, ClusteredPower.WithDrop(unchanged, 2 * margin), margin, Alpha),
            GridKelly: Share("kelly", (values, counts) => ClusterAlternatives.GridKelly(values, counts, margin, Alpha)),
            Gaffke: Share("gaffke", (values, counts) => ClusterAlternatives.Gaffke(values, counts, margin, Alpha)));
    }

    // The baseline rate bounds what can be gained: no more than what was bad.
    private static IEnumerable<ClusterScenario> Scenarios(int[] sizes, ClusterFlipKind kind) =>
        from margin in Margins
        from discordance in BaselineRates.SelectMany(rate => Discordances.Select(d => Math.Min(d, 2 * (1 - rate))))
            .Select(d => Math.Round(d, 6)).Distinct()
        from strength in ClusterScenario.Strengths(kind)
        select new ClusterScenario(kind, sizes, margin, discordance, strength);

    private static RandomStream Stream(string part, ClusterScenario s) => new(1, Invariant($"cluster-calibration/{part}/{s.Kind}/{s.Sizes.Count}/{s.Sizes.Sum()}/{s.Drop:R}/{s.Discordance:R}/{s.Strength:R}"));
}
