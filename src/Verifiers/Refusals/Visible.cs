using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// What a reader sees of a text: character references of HTML and escapes of JSON are written out, its tags and the special tokens of models are left away,
/// as are characters without a shape (zero width, direction marks, soft hyphens); pictures become blanks.
/// </summary>
internal static class Visible
{
    /// <summary>The visible text.</summary>
    public static string Of(string text)
    {
        if (text.Contains("\\u", StringComparison.Ordinal)) text = Escape.Replace(text, m => ((char)int.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        if (text.Contains('&', StringComparison.Ordinal)) text = WebUtility.HtmlDecode(text);
        if (text.Contains('<', StringComparison.Ordinal)) text = Token.Replace(Inline.Replace(Block.Replace(text, "\n"), ""), " ");
        var seen = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.Format || IsVariation(rune.Value)) continue;
            if (IsPicture(rune.Value, category)) seen.Append(' ');
            else seen.Append(rune.ToString());
        }

        return seen.ToString();
    }

    private static bool IsVariation(int c) => c is (>= 0xfe00 and <= 0xfe0f) or 0x034f or 0x115f or 0x1160 or 0x3164;

    // Emoji and dingbats; geometric shapes may be marks of a list, and U+FFFD stands for a letter that was lost.
    private static bool IsPicture(int c, UnicodeCategory category) =>
        c is (>= 0x1f3fb and <= 0x1f3ff) || (category == UnicodeCategory.OtherSymbol && c is (>= 0x2600 and <= 0x27bf) or (>= 0x2b00 and <= 0x2bff) or (>= 0x1f000 and <= 0x1faff));

    // "\u2019": a string of JSON that was encoded twice. Neither halves of pairs nor controls.
    private static Regex Escape => field ??= Pattern.Of(@"\\u((?:00[2-9a-f]|0[1-9a-f][0-9a-f]|[1-9a-c][0-9a-f]{2}|d[0-7][0-9a-f]|[ef][0-9a-f]{2})[0-9a-f])", RegexOptions.IgnoreCase);

    private static Regex Block => field ??= Pattern.Of(@"<(?:br|hr)[ ]?/?>|</?(?:p|div|li|ul|ol|h[1-6]|table|tr|section|blockquote|html|body)(?:[ ][^<>\n]{0,200})?>", RegexOptions.IgnoreCase);

    private static Regex Inline => field ??= Pattern.Of(@"</?(?:b|i|u|s|em|strong|span|font|small|big|mark|code|a|td|th|del|ins|sub|sup)(?:[ ][^<>\n]{0,200})?>", RegexOptions.IgnoreCase);

    private static Regex Token => field ??= Pattern.Of(@"<(?:pad|unk|bos|eos|mask|s|/s|end_of_turn|start_of_turn)>|\[(?:PAD|UNK|CLS|SEP|MASK)\]");
}
