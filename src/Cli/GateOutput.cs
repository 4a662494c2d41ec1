using System.Text;
using SafetyGate.Core.Unicode;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;

namespace SafetyGate.Cli;

/// <summary>Where a command reads and writes: results on <see cref="Out"/>, words about the work on <see cref="Error"/>.</summary>
public sealed class GateOutput : IDisposable
{
    private readonly bool _owns;

    private readonly TextWriter _output, _error;

    /// <summary>Streams of the caller, which stay open.</summary>
    public GateOutput(Stream input, TextWriter output, TextWriter error, bool interactive)
    {
        (Input, _output, _error, Interactive) = (input, output, error, interactive);
        (Out, Error) = (new TerminalWriter(output), new TerminalWriter(error));
    }

    private GateOutput(Stream input, TextWriter output, TextWriter error, bool interactive, bool owns)
        : this(input, output, error, interactive) => _owns = owns;

    /// <summary>Standard input, as bytes.</summary>
    public Stream Input { get; }

    /// <summary>Results; nothing else is written here.</summary>
    public TerminalWriter Out { get; }

    /// <summary>Progress, warnings and errors.</summary>
    public TerminalWriter Error { get; }

    /// <summary>True when <see cref="Error"/> is a terminal, so that a bar may be redrawn.</summary>
    public bool Interactive { get; }

    /// <summary>The process's own streams, in UTF-8 without a byte-order mark and with plain line feeds.</summary>
    public static GateOutput ForProcess()
    {
        var utf8 = new UTF8Encoding(false);
        return new(
            System.Console.OpenStandardInput(),
            new StreamWriter(System.Console.OpenStandardOutput(), utf8, 1 << 16) { NewLine = "\n" },
            new StreamWriter(System.Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true },
            !System.Console.IsErrorRedirected,
            owns: true);
    }

    /// <summary>Writes JSON on <see cref="Out"/>. What a terminal or a CI system would obey is written as escapes of the same strings.</summary>
    public void WriteJson(string json) => Out.Unchanged(TerminalJson.Of(json));

    /// <summary>Writes the failures as commands to GitHub's runner, one a line.</summary>
    internal void WriteAnnotations(GateReport report) => Out.Unchanged(GitHubAnnotations.Write(report));

    /// <summary>Writes a line of <see cref="Error"/> anew, on a terminal.</summary>
    internal void Redraw(string text) => Error.Unchanged("\r\u001b[2K" + TerminalText.Line(text));

    /// <summary>Ends the progress that is under way, so that what it has not told stands before the words of an error.</summary>
    internal Action? EndProgress { get; set; }

    /// <summary>Ends the line that was redrawn.</summary>
    internal void EndRedrawn() => Error.Unchanged("\n");

    /// <summary>Writes what is left.</summary>
    /// <returns>Why results could not be written, as on a full disk; <c>null</c> if they were.</returns>
    internal string? Finish()
    {
        _ = Tried(Error.Flush);
        return Tried(Out.Flush);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        if (!_owns) return;
        _ = Tried(_output.Dispose);
        _ = Tried(_error.Dispose);
    }

    private static string? Tried(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
