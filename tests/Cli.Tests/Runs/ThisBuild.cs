namespace SafetyGate.Cli.Tests.Runs;

/// <summary>How these tests were built; what they build or pack is built alike, so that its output is there already.</summary>
internal static class ThisBuild
{
    /// <summary>MSBuild's name of the configuration.</summary>
    public const string Configuration =
#if DEBUG
        "Debug";
#else
        "Release";
#endif
}
