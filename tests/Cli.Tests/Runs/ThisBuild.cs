namespace SafetyGate.Cli.Tests.Runs;

/// <summary>How these tests were built; what they build, pack or start is built alike, so that its output is there already.</summary>
internal static class ThisBuild
{
    /// <summary>MSBuild's name of the configuration.</summary>
    public const string Configuration =
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    /// <summary>
    /// The program that tests start as a process. Beside the tests lies a copy of it, which coverage rewrites: slower, and of two such
    /// processes that end at once in different sessions, as under a scheduler, one fails to write what it counted.
    /// </summary>
    public static string Gate { get; } = GateIn(Repository.Root);

    /// <summary>The same program of a checkout that was built there.</summary>
    public static string GateIn(string root) => Path.Combine(root, "src", "Cli", "bin", Configuration, "net10.0", "gate-cli.dll");
}
