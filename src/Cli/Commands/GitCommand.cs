using System.Diagnostics;

namespace SafetyGate.Cli.Commands;

/// <summary>git, asked for what it keeps.</summary>
internal static class GitCommand
{
    /// <summary>Runs git and gives what it prints.</summary>
    /// <param name="directory">A folder of the working tree.</param>
    /// <param name="problem">What is said when git refuses; its own words follow.</param>
    /// <param name="args">Arguments.</param>
    /// <exception cref="UserErrorException">git is missing, or refuses.</exception>
    public static string Run(string directory, string problem, params string[] args)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", directory, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = git.StandardError.ReadToEndAsync();
            var text = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : throw new UserErrorException($"{problem}. {errors.Result.Trim()}".TrimEnd());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new UserErrorException($"{problem}: git was not found. Install it, or leave out what needs it.", e);
        }
    }
}
