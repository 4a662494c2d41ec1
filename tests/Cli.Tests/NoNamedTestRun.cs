using System.Runtime.CompilerServices;

namespace SafetyGate.Cli.Tests;

/// <summary>
/// Tests make test runs of their own, so the name of the one they are part of (that of <c>gate test</c> or of the CI) is not theirs.
/// </summary>
internal static class NoNamedTestRun
{
    private static readonly string[] Names = ["SAFETYGATE_RUN", "GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILD_BUILDID", "BUILD_TAG"];

    [ModuleInitializer]
    internal static void Forget()
    {
        foreach (var name in Names) Environment.SetEnvironmentVariable(name, null);
    }
}
