using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Cli;

/// <summary>
/// Writes lines for people and for logs. Values in interpolated strings become one line each; whatever else is written keeps its lines and
/// loses what a terminal or a CI system would obey (<see cref="TerminalText"/>).
/// </summary>
/// <param name="inner">Where the lines go.</param>
public sealed class TerminalWriter(TextWriter inner) : TextWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    private readonly StringBuilder _line = new();

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override string NewLine => "\n";

    /// <summary>Writes a line whose values are untrusted.</summary>
    public void WriteLine(TerminalLine line) => WriteLine(line.ToString());

    /// <inheritdoc/>
    public override void Write(char value)
    {
        _line.Append(value);
        if (value == '\n') WriteOut();
    }

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        _line.Append(value);
        if (value?.Contains('\n', StringComparison.Ordinal) == true) WriteOut();
    }

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void Flush()
    {
        WriteOut();
        inner.Flush();
    }

    /// <summary>Text of ours or text that was made safe for its place, as it is.</summary>
    internal void Unchanged(string text)
    {
        WriteOut();
        inner.Write(text);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) WriteOut();
        base.Dispose(disposing);
    }

    private void WriteOut()
    {
        if (_line.Length == 0) return;
        var text = _line.ToString();
        _line.Clear();
        inner.Write(TerminalText.Of(text));
    }
}
