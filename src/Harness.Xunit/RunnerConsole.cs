using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;

namespace SafetyGate.Harness.Xunit;

/// <summary>The one place of the specs' library that writes to the test program's console: failures as commands to GitHub's runner.</summary>
internal static class RunnerConsole
{
    /// <summary>Writes the annotation of a verdict on a line of its own; nothing for a verdict that neither fails nor warns.</summary>
    public static void Annotate(VerdictRecord verdict)
    {
        if (GitHubAnnotations.Of(verdict) is { Length: > 0 } line) Console.Out.Write("\n" + line);
    }
}
