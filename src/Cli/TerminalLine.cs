using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Cli;

/// <summary>One line from an interpolated string: literals are ours, values are untrusted and stay within the line. Numbers are written without culture.</summary>
[InterpolatedStringHandler]
public readonly ref struct TerminalLine
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public TerminalLine(int literalLength, int formattedCount) => _text = new(literalLength + 16 * formattedCount);

    /// <summary>Adds text of ours.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => AppendFormatted(value, 0, null);

    /// <summary>Adds a value in a format.</summary>
    public void AppendFormatted<T>(T value, string? format) => AppendFormatted(value, 0, format);

    /// <summary>Adds a value, padded.</summary>
    public void AppendFormatted<T>(T value, int alignment) => AppendFormatted(value, alignment, null);

    /// <summary>Adds a value, padded, in a format.</summary>
    public void AppendFormatted<T>(T value, int alignment, string? format)
    {
        var text = TerminalText.Line(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "");
        _text.Append(alignment < 0 ? text.PadRight(-alignment) : text.PadLeft(alignment));
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
