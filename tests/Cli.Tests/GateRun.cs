using System.Text;

namespace SafetyGate.Cli.Tests;

/// <summary>One command line, run in this process: its exit code and what it wrote.</summary>
internal sealed record GateRun(int ExitCode, string Out, string Error)
{
    public static Task<GateRun> WithInputAsync(string? input, params string[] args) => WithBytesAsync(Encoding.UTF8.GetBytes(input ?? ""), args);

    public static async Task<GateRun> WithBytesAsync(byte[] input, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var stdin = new MemoryStream(input);
        var code = await new GateCommandLine(new GateOutput(stdin, output, error, interactive: false)).RunAsync(args, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    public static Task<GateRun> OfAsync(params string[] args) => WithInputAsync(null, args);

    /// <summary>The lines that start with "gate: ", which is all a user mistake may print.</summary>
    public IReadOnlyList<string> Messages => [.. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
