using System.Globalization;
using System.Text.RegularExpressions;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>
/// The page of the calibration is about the baselines that are approved, their weights, items and margins, or says at its head that it is
/// of an earlier state.
/// </summary>
public sealed partial class CalibrationPageSpecs
{
    private const string Earlier = "**These figures are of an earlier state**";

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "calibration.md"));

    [Fact]
    public void It_is_of_the_approved_baselines_or_says_that_it_is_not()
    {
        List<string> differences = [.. Weights(), .. ItemsAndMargins()];
        Assert.True(differences.Count > 0 == Page.Contains(Earlier, StringComparison.Ordinal), differences.Count > 0
            ? $"docs/calibration.md differs from the approved baselines; run the command in its first line again:\n{string.Join('\n', differences)}"
            : $"docs/calibration.md is of the approved baselines; take '{Earlier}' out.");
    }

    private static IReadOnlyList<ResultDocument> Approved()
    {
        var folder = Path.Combine(Repository.Root, "baselines");
        return [.. new BaselineStore(folder).All().Where(file => file.Status == BaselineStatus.Approved)
            .Select(file => ResultFile.Read(Path.Combine(folder, file.File))).Where(document => document.Spec!.StartsWith("OwnStyle", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> Weights()
    {
        var named = NamedWeights().Matches(Page).Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(named);
        var approved = Approved().Select(document => document.Model.WeightsDigest).Distinct().ToList();
        Assert.NotEmpty(approved);
        return named.Where(digest => !approved.TrueForAll(weights => weights.StartsWith(digest, StringComparison.Ordinal)))
            .Select(digest => $"weights {digest}; the approved baselines have {string.Join(", ", approved.Select(weights => weights[..12]))}");
    }

    private static IEnumerable<string> ItemsAndMargins()
    {
        var approved = Approved().SelectMany(document => document.Metrics).Where(m => m.Gate is not null)
            .ToDictionary(m => m.Measurement.Metric, m => (Items: m.Measurement.Items.Count, Points: 100 * m.Gate!.Margin), StringComparer.Ordinal);
        var rows = Rows().Matches(Page).Select(m => (Metric: m.Groups[1].Value, Items: int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), Points: double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture)))
            .Where(row => approved.ContainsKey(row.Metric)).ToList();
        Assert.Equal(approved.Keys.Order(), rows.Select(row => row.Metric).Distinct().Order());
        return rows.Where(row => approved[row.Metric].Items != row.Items || Math.Abs(approved[row.Metric].Points - row.Points) > 1e-9)
            .Select(row => Invariant($"{row.Metric} with {row.Items} items and {row.Points} points; the approved baseline has {approved[row.Metric].Items} and {approved[row.Metric].Points:0.##}"));
    }

    [GeneratedRegex("weights `([0-9a-f]{8,64})`")]
    private static partial Regex NamedWeights();

    [GeneratedRegex(@"^\| ([^|]+?)(?: \(\*gated\*\))? \| ([0-9]+) \| ([0-9.]+) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
