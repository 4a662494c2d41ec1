using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>The failures as workflow commands of GitHub Actions: <c>::error file=…,line=…,title=…::…</c>, one a line.</summary>
public static class GitHubAnnotations
{
    private const int ShownMissing = 20, ShownRefused = 20;

    /// <summary>A line for each verdict that fails, warns or would be another by the scorer alone, and one for all listed specs without a verdict; empty when there is none.</summary>
    public static string Write(GateReport report)
    {
        var text = new StringBuilder();
        if (report.RecipeChanges.Count > 0) text.Append(Invariant($"::warning title={Property("Trained otherwise than approved")}::{Data(ReportSections.Changes(report).Notes[0])}\n"));
        foreach (var verdict in report.Verdicts) text.Append(Of(verdict));
        if (report.Missing.Count > 0)
        {
            var title = Invariant($"{report.Missing.Count} listed {(report.Missing.Count == 1 ? "spec" : "specs")} without a verdict");
            var names = string.Join('\n', report.Missing.Take(ShownMissing)) + (report.Missing.Count > ShownMissing ? Invariant($"\nand {report.Missing.Count - ShownMissing} more") : "");
            text.Append(Invariant($"::error title={Property(title)}::{Data($"They must run, and were skipped, filtered, deleted or not reached:\n{names}")}\n"));
        }

        foreach (var (of, why) in report.RefusedBesides.Take(ShownRefused)) text.Append(Invariant($"::error title={Property(of)}::{Data(why)}\n"));
        return text.ToString();
    }

    /// <summary>The line of a verdict; empty when it neither fails nor warns nor would be another by the scorer alone.</summary>
    public static string Of(VerdictRecord verdict)
    {
        if (!verdict.Fails && !Shown.IsWarning(verdict) && verdict.Overrides?.Otherwise is null) return "";
        var place = verdict.Source is { } source ? Invariant($"file={Property(source.File)},line={source.Line},") : "";
        return $"::{(verdict.Fails ? "error" : "warning")} {place}title={Property($"{verdict.Name}: {verdict.Metric}")}::{Data(verdict.Message)}\n";
    }

    // As actions/toolkit escapes them: %, CR and LF in the message; : and , as well in a property.
    private static string Data(string text) =>
        VisibleText.Of(text).Replace("%", "%25", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
