using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Reports.Html;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>The files a report is written to.</summary>
public static class ReportFiles
{
    /// <summary>Writes <c>report.md</c>, <c>report.html</c>, <c>junit.xml</c> and <c>report.sarif</c>, each whole or not at all.</summary>
    /// <exception cref="UserErrorException">One of them cannot be written (exit code 74).</exception>
    public static void Write(GateReport report, string directory)
    {
        foreach (var (name, text) in new[] { ("report.md", MarkdownReport.Write(report)), ("report.html", HtmlReport.Write(report)), ("junit.xml", JUnitReport.Write(report)), ("report.sarif", SarifReport.Write(report)) })
            Write(Path.Combine(directory, name), text);
    }

    /// <summary>Writes one file in UTF-8, whole or not at all.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static void Write(string path, string text) => WholeFile.Write(path, Encoding.UTF8.GetBytes(text));
}
