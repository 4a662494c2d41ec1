using SafetyGate.Models.Diagnosis;

namespace SafetyGate.Cli.Console;

/// <summary>Findings in a model directory as a table: verdict, subject, what was found and where, and below it what to do.</summary>
internal static class FindingsTable
{
    public static void Write(GateOutput output, IReadOnlyList<Finding> findings)
    {
        output.Out.WriteLine();
        foreach (var finding in findings)
        {
            output.Out.WriteLine($"{Word(finding.Verdict),-8} {finding.Subject,-14} {finding.Found} [{finding.Where}]");
            if (finding.Advice.Length > 0) output.Out.WriteLine($"{"",-8} {"",-14} {finding.Advice}");
        }

        int wrong = findings.Count(finding => finding.Verdict == FindingVerdict.Wrong), warnings = findings.Count(finding => finding.Verdict == FindingVerdict.Warning);
        output.Out.WriteLine(Invariant($"{findings.Count - wrong - warnings} ok, {warnings} warnings, {wrong} wrong{(wrong > 0 ? ": a gate on this directory would be wrong" : "")}"));
    }

    public static string Word(FindingVerdict verdict) => verdict switch { FindingVerdict.Ok => "ok", FindingVerdict.Warning => "warning", _ => "wrong" };
}
