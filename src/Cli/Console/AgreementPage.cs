using System.Text.Json;
using SafetyGate.Harness.Labeling;
using SafetyGate.Harness.Statistics;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Agreement of scorers with people's labels, as a table, as JSON, and the rows that differ.</summary>
internal static class AgreementPage
{
    private const double Level = 0.95;

    public static void Write(GateOutput output, IReadOnlyList<ScorerAgreement> measured)
    {
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("set", "scorer", "n", "unscored", "accuracy", "95 % (Wilson)", "95 % (Clopper–Pearson)", "kappa", "sensitivity", "specificity");
        foreach (var m in measured)
            table.AddRow(Cell.Of(m.Set), Cell.Of($"{m.Scorer} {Short(m.Version)}"), Invariant($"{m.Count}"), Invariant($"{m.Unscored}"), Share(m.Accuracy.Rate),
                Words(m.Accuracy.Wilson(Level)), Words(m.Accuracy.ClopperPearson(Level)), m.Kappa is { } kappa ? Invariant($"{kappa:0.000}") : "", Words(m.Sensitivity), Words(m.Specificity));
        VerdictTable.Print(output, table);
        foreach (var scorer in measured.GroupBy(m => m.Scorer, StringComparer.Ordinal).Where(g => g.Count() > 1))
            output.Out.WriteLine($"{scorer.Key}: mean accuracy over {scorer.Count()} sets {Share(scorer.Average(m => m.Accuracy.Rate))}");
        foreach (var set in measured.Where(m => m.OtherLabels > 0).DistinctBy(m => m.Set))
            output.Out.WriteLine($"{set.Set}: {set.OtherLabels} rows with other labels are left out");
        output.Out.WriteLine("Unscored responses count as wrong in the accuracy; sensitivity, specificity and kappa are of what was scored.");
    }

    public static string Json(IReadOnlyList<ScorerAgreement> measured) => CalibrationJson.Of(measured.Select(m => new
    {
        m.Set, m.Scorer, m.Version, N = m.Count, m.Unscored, m.OtherLabels,
        m.TruePositives, m.FalseNegatives, m.UnscoredPositives, m.TrueNegatives, m.FalsePositives, m.UnscoredNegatives,
        Accuracy = m.Accuracy.Rate, Wilson = m.Accuracy.Wilson(Level), ClopperPearson = m.Accuracy.ClopperPearson(Level), m.Kappa,
        Sensitivity = m.Sensitivity?.Rate, Specificity = m.Specificity?.Rate,
    }));

    public static string Misses(IReadOnlyList<ScorerAgreement> measured) =>
        string.Concat(measured.SelectMany(m => m.Misses.Select(miss => JsonSerializer.Serialize(new
        {
            set = m.Set, scorer = m.Scorer, id = miss.Id, labeled = miss.IsPositive ? 1 : 0, score = miss.Score, rule = miss.Rule, reason = miss.Reason,
        }) + "\n")));

    private static string Short(string version) => version.Length <= 24 ? version : version[..24] + "…";

    private static string Words(Proportion? share) => share is null ? "" : Invariant($"{Share(share.Rate)} ({share.Successes}/{share.Trials})");

    private static string Words(Interval interval) => $"{Share(interval.Lower)}–{Share(interval.Upper)}";

    private static string Share(double rate) => Invariant($"{100 * rate:0.0} %");
}
