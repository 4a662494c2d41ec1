using SafetyGate.Core.Runs;
using SafetyGate.Core.Unicode;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>Long work as diagnostic messages of the test run: each tenth of a phase, and every wait and warning.</summary>
internal sealed class DiagnosticProgress(string fixture) : IProgress<RunProgress>
{
    private (string Phase, long Tenth) _last = ("", -1);

    public void Report(RunProgress value)
    {
        if (value.Total > 0)
        {
            var now = (value.Phase, 10 * value.Done / value.Total);
            if (now == _last) return;
            _last = now;
        }

        var count = value.Total > 0 ? Invariant($" {value.Done}/{value.Total}") : "";
        TestContext.Current.SendDiagnosticMessage(TerminalText.Line($"{fixture}: {value.Phase}{count} {value.Detail}".TrimEnd()));
    }
}
