using System.CommandLine;
using SafetyGate.Harness.Baselines;
using SafetyGate.Pocket;

namespace SafetyGate.Cli.Commands;

/// <summary>Locates the approved baselines: the option, the environment variable, or <c>baselines/</c> of the repository.</summary>
internal static class BaselineFolder
{
    public const string Variable = "SAFETYGATE_BASELINES";

    public static Option<string?> Option() =>
        new("--baselines")
        {
            Description = $"The folder of baselines; by default ${Variable}, or baselines/ of the repository.",
            HelpName = "DIR"
        };

    public static string Of(string? given) =>
        given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : Path.Combine(Root(), "baselines"));

    /// <summary>
    /// This repository if the program or the current folder is inside it; else, for the installed tool, the one around the current folder.
    /// </summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static string Root() => PocketPaths.TryFind()?.Root ?? RepositoryRoot.Above(Environment.CurrentDirectory)
        ?? throw new UserErrorException($"No repository above {Environment.CurrentDirectory}: no folder with .git, a solution or baselines/. Give --baselines and --log, or set {Variable}.", GateExitCode.Usage);
}
