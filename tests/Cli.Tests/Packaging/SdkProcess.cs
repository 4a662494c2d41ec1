using System.Diagnostics;

namespace SafetyGate.Cli.Tests.Packaging;

/// <summary>A program of a user's machine, in a process that knows nothing of the test run around it.</summary>
internal static class SdkProcess
{
    // The test platform around this test sets variables for its own children, and so does a CI; these are not theirs.
    private static readonly string[] OfTheOuterRun = ["MSBUILD", "VSTEST", "SAFETYGATE_", "GITHUB_", "CI_", "BUILD_", "TESTINGPLATFORM", "CORECLR_", "COR_", "CANDIDATE_"];

    /// <summary>What every command of the SDK gets: no server that outlives it, and no greeting.</summary>
    public static IReadOnlyDictionary<string, string> Quiet { get; } = new Dictionary<string, string>
    {
        ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en",
    };

    /// <summary>Runs it to its end, and kills it with all that it started where the test is cancelled.</summary>
    public static async Task<GateRun> RunAsync(string program, string directory, IEnumerable<KeyValuePair<string, string>> variables, params string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(IsOfTheOuterRun).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return new(process.ExitCode, await output + await error, "");
    }

    private static bool IsOfTheOuterRun(string name) => Array.Exists(OfTheOuterRun, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
