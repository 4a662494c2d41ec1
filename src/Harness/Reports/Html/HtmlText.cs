using System.Runtime.CompilerServices;
using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// Markup from interpolated strings: literals are markup, interpolated values are escaped, so no response is ever left unescaped.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup with escaped values.</summary>
    public HtmlText Add([InterpolatedStringHandlerArgument("")] ref Fragment fragment)
    {
        _ = fragment;
        return this;
    }

    /// <summary>Adds markup that was made by another one.</summary>
    public HtmlText Add(HtmlText other)
    {
        _text.Append(other._text);
        return this;
    }

    /// <summary>Adds markup of ours.</summary>
    public HtmlText Markup(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>The parts of an interpolated string on their way into the text.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Fragment
    {
        private readonly StringBuilder _text;

        public Fragment(int literalLength, int formattedCount, HtmlText owner)
        {
            _ = literalLength + formattedCount;
            _text = owner._text;
        }

        public void AppendLiteral(string markup) => _text.Append(markup);

        public void AppendFormatted(string value)
        {
            foreach (var c in VisibleText.Of(value))
                _ = c switch
                {
                    '&' => _text.Append("&amp;"),
                    '<' => _text.Append("&lt;"),
                    '>' => _text.Append("&gt;"),
                    '"' => _text.Append("&quot;"),
                    '\'' => _text.Append("&#39;"),
                    _ => _text.Append(c),
                };
        }

        public void AppendFormatted(int value) => _text.Append(Invariant($"{value}"));

        /// <summary>A coordinate, to a hundredth.</summary>
        public void AppendFormatted(double value) => _text.Append(Invariant($"{Math.Round(value, 2) + 0:0.##}"));
    }
}
