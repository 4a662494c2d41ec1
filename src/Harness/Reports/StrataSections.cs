using SafetyGate.Analysis.Strata;

namespace SafetyGate.Harness.Reports;

/// <summary>A strata result as a table: accuracy by what was trained on and what was tested on, with limits.</summary>
public static class StrataSections
{
    private const double Alpha = 0.05;
    private static readonly Stratum[] Strata = [Stratum.Easy, Stratum.Medium, Stratum.Hard];

    /// <summary>The section.</summary>
    /// <param name="result">The result.</param>
    public static ReportSection Of(StrataResult result)
    {
        var table = StrataTable.Of(result, Alpha);
        var tested = Strata.Where(stratum => result.Of(stratum).Count > 0).ToList();
        var rows = table.Cells.Select(cell => cell.TrainedOn).Distinct().Select(trained => (IReadOnlyList<string>)
            [Name(trained), Invariant($"{result.Of(trained).Count}"), .. tested.Select(stratum => Cell(table[trained, stratum]))]);
        return new()
        {
            Title = $"Strata of {result.Benchmark}: {result.Training.Trainer}",
            Notes =
            [
                Invariant($"Hardness is {result.Hardness.Source}: {result.Hardness}. {Sizes(result.Training)}Accuracies are means over seeds; limits, each one-sided at {Alpha:0.##}, by bootstrap over items (paired) and seeds (unpaired)."),
                Invariant($"Gap on hard items {table.Gap:+0.000;-0.000;0.000} ({table.GapLimits}); recovered from easy items {(!(table.GapLimits.Lower > 0) ? "undefined: training on hard items is not shown to gain anything" : table.Recovered.Value is { } share ? Invariant($"{share:0.00} ({table.RecoveredLimits})") : $"undefined: {table.Recovered.Reason}")}."),
                HardnessTrend.OfUntrained(result) is { } trend ? $"Untrained model: {trend}." : "All items have one hardness.",
            ],
            Table = new ReportTable([new("trained on"), new("seeds", true), .. tested.Select(stratum => new ReportColumn(Invariant($"{Name(stratum)} ({result.Of(stratum).Count})"), true))], [.. rows]),
        };
    }

    private static string Sizes(StrataTraining training) => training.Examples == 0 ? ""
        : Invariant($"{training.Examples} examples{(training.Steps > 0 ? Invariant($" and {training.Steps} steps") : "")} in each arm{(training.HardNoise > 0 ? Invariant($"; wrong labels: {100 * training.EasyNoise:0.#} % of easy and {100 * training.HardNoise:0.#} % of hard items") : "")}. ");

    private static string Cell(StrataCell? cell) => cell is null ? "" : Invariant($"{cell.Accuracy:0.000} ({cell.Limits.Lower:0.000} to {cell.Limits.Upper:0.000})");

    private static string Name(Stratum stratum) => stratum switch { Stratum.Easy => "easy", Stratum.Hard => "hard", _ => "medium" };

    private static string Name(TrainedOn trained) => trained switch { TrainedOn.None => "nothing", TrainedOn.Easy => "easy", TrainedOn.Medium => "medium", TrainedOn.Hard => "hard", _ => "all" };
}
