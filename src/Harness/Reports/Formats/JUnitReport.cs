using System.Text;
using System.Xml;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>
/// The report as JUnit XML: one suite a spec class, one case a verdict with its rates as properties. A listed spec without a verdict is an
/// error, and so is one that ran by a rule that is not the approved one.
/// </summary>
public static class JUnitReport
{
    /// <summary>The XML, UTF-8, with <c>\n</c>.</summary>
    public static string Write(GateReport report)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes,
            new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", report.Run is { } run ? $"SafetyGate: {run}" : "SafetyGate");
            IReadOnlyList<(string Spec, string Error)> errors =
            [
                .. report.Missing.Select(spec => (spec, "The spec must run and left no verdict.")),
                .. report.Refused,
            ];
            Counts(xml, report.Verdicts, errors.Count);
            foreach (var suite in report.Verdicts.GroupBy(v => v.Spec, StringComparer.Ordinal)) Suite(xml, suite.Key, [.. suite]);
            if (errors.Count > 0) Errors(xml, errors);
            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Suite(XmlWriter xml, string name, IReadOnlyList<VerdictRecord> verdicts)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", name);
        Counts(xml, verdicts, 0);
        foreach (var verdict in verdicts) Case(xml, verdict);
        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, VerdictRecord verdict)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", verdict.Spec);
        Attribute(xml, "name", $"{verdict.Test}: {verdict.Metric}, against {Shown.Against(verdict.Against)}");
        if (verdict.Source is { } source)
        {
            Attribute(xml, "file", source.File);
            Attribute(xml, "line", Invariant($"{source.Line}"));
        }

        Properties(xml, verdict);
        if (verdict.Fails || Shown.IsWarning(verdict))
        {
            xml.WriteStartElement(verdict.Fails ? "failure" : "skipped");
            if (verdict.Fails) Attribute(xml, "type", verdict.Verdict.ToString());
            Attribute(xml, "message", verdict.Headline);
            if (verdict.Fails) xml.WriteString(VisibleText.Of(verdict.Message));
            xml.WriteEndElement();
        }

        xml.WriteElementString("system-out", VisibleText.Of(verdict.Message));
        xml.WriteEndElement();
    }

    private static void Properties(XmlWriter xml, VerdictRecord verdict)
    {
        var rates = ReportedFigures.Of(verdict).ToList();
        if (rates.Count == 0) return;
        xml.WriteStartElement("properties");
        foreach (var (name, value) in rates)
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", name);
            Attribute(xml, "value", Invariant($"{value:R}"));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Errors(XmlWriter xml, IReadOnlyList<(string Spec, string Error)> specs)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", "baselines/specs");
        Counts(xml, [], specs.Count);
        foreach (var (spec, error) in specs)
        {
            xml.WriteStartElement("testcase");
            Attribute(xml, "classname", "baselines/specs");
            Attribute(xml, "name", spec);
            xml.WriteStartElement("error");
            Attribute(xml, "message", error);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<VerdictRecord> verdicts, int errors)
    {
        Attribute(xml, "tests", Invariant($"{verdicts.Count + errors}"));
        Attribute(xml, "failures", Invariant($"{verdicts.Count(v => v.Fails)}"));
        Attribute(xml, "errors", Invariant($"{errors}"));
        Attribute(xml, "skipped", Invariant($"{verdicts.Count(Shown.IsWarning)}"));
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, VisibleText.Of(value));
}
