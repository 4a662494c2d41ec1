using System.CommandLine;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Commands;

/// <summary>Where the approved baselines lie: what was said, the environment's word, or <c>baselines/</c> of the repository.</summary>
internal static class BaselineFolder
{
    public const string Variable = "SAFETYGATE_BASELINES";

    public static Option<string?> Option() => new("--baselines") { Description = $"The folder of baselines; by default ${Variable}, or baselines/ of the repository.", HelpName = "DIR" };

    public static string Of(string? given) =>
        given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Path.Combine(RepositoryRoot(), "baselines"));

    /// <summary>The folder the specs' results and logs are written to.</summary>
    public static string RepositoryRoot() => PocketPaths.Find().Root;
}
