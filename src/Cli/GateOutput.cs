using System.Text;

namespace SafetyGate.Cli;

/// <summary>Where a command reads and writes: results on <see cref="Out"/>, words about the work on <see cref="Error"/>.</summary>
public sealed class GateOutput : IDisposable
{
    private readonly bool _owns;

    /// <summary>Streams of the caller, which stay open.</summary>
    public GateOutput(Stream input, TextWriter output, TextWriter error, bool interactive)
    {
        (Input, Out, Error, Interactive) = (input, output, error, interactive);
    }

    private GateOutput(Stream input, TextWriter output, TextWriter error, bool interactive, bool owns)
        : this(input, output, error, interactive) => _owns = owns;

    /// <summary>Standard input, as bytes.</summary>
    public Stream Input { get; }

    /// <summary>Results, machine-readable on request; nothing else is written here.</summary>
    public TextWriter Out { get; }

    /// <summary>Progress, warnings and errors.</summary>
    public TextWriter Error { get; }

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

    /// <inheritdoc/>
    public void Dispose()
    {
        Out.Flush();
        Error.Flush();
        if (!_owns) return;
        Out.Dispose();
        Error.Dispose();
    }
}
