using System.CommandLine.Parsing;
using System.Diagnostics;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Commands;

/// <summary>A diff tool of the user's, started on a received result and its baseline.</summary>
internal static class DiffTool
{
    /// <summary>Starts the tool with the baseline first and the received file second, and waits until it ends; its exit code says nothing.</summary>
    /// <param name="output">Where to say that there is no baseline.</param>
    /// <param name="command">The tool and its arguments, as a shell takes them.</param>
    /// <param name="store">The baselines.</param>
    /// <param name="key">Which of them.</param>
    /// <param name="received">The received file.</param>
    /// <exception cref="UserErrorException">The tool cannot be started (exit code 64).</exception>
    public static void Open(GateOutput output, string command, BaselineStore store, BaselineKey key, string received)
    {
        var words = CommandLineParser.SplitCommandLine(command).ToList();
        if (words.Count == 0) throw new UserErrorException("--diff names no tool; give its command, such as --diff \"code --diff\".", GateExitCode.Usage);
        var verified = store.VerifiedPath(key);
        if (!File.Exists(verified))
        {
            output.Out.WriteLine($"diff        {key} has no baseline to show it against");
            return;
        }

        output.Out.Flush();
        try
        {
            using var tool = Process.Start(new ProcessStartInfo(words[0], [.. words.Skip(1), verified, received]));
            tool?.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new UserErrorException($"The diff tool '{words[0]}' cannot be started: {e.Message}. --diff takes the command of a tool that shows two files.", e, GateExitCode.Usage);
        }
    }
}
