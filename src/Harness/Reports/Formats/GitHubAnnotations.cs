using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>The failures as workflow commands of GitHub Actions: <c>::error file=…,line=…,title=…::…</c>, one a line.</summary>
public static class GitHubAnnotations
{
    /// <summary>A line for each verdict that fails or warns and for each listed spec without a verdict; empty when there is none.</summary>
    public static string Write(GateReport report)
    {
        var text = new StringBuilder();
        foreach (var verdict in report.Verdicts) text.Append(Of(verdict));
        foreach (var spec in report.Missing)
            text.Append(Invariant($"::error title={Property(spec)}::{Data($"{spec} must run and left no verdict.")}\n"));
        return text.ToString();
    }

    /// <summary>The line of a verdict; empty when it neither fails nor warns.</summary>
    public static string Of(VerdictRecord verdict)
    {
        if (!verdict.Fails && !Shown.IsWarning(verdict)) return "";
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
