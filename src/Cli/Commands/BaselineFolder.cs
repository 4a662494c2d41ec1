using System.CommandLine;

namespace SafetyGate.Cli.Commands;

/// <summary>The option that names the folder of baselines.</summary>
internal static class BaselineFolder
{
    public static Option<string?> Option() =>
        new("--baselines")
        {
            Description = $"The folder of baselines; by default ${JudgedFolders.BaselinesVariable}, or baselines/ of the repository.",
            HelpName = "DIR"
        };
}
