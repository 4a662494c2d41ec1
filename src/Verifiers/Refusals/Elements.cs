using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>The words that a document of elements holds: XML, or tags of a format that was asked for around the whole response.</summary>
internal static class Elements
{
    private const int MostCharacters = 2 * CanonicalText.MostCharacters;

    /// <summary>The words between the tags; <c>null</c> where the text does not begin and end with one.</summary>
    /// <param name="text">A response, or what a fence of code holds.</param>
    public static string? Of(string text)
    {
        if (text.Length > MostCharacters || !Begins.IsMatch(text) || !text.AsSpan().TrimEnd().EndsWith(">", StringComparison.Ordinal)) return null;
        var words = Tag.Replace(Comment.Replace(Inward.Replace(text, "\n"), "\n"), "\n").Replace("<![CDATA[", "\n", StringComparison.Ordinal).Replace("]]>", "\n", StringComparison.Ordinal);
        var lines = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !Mark.IsMatch(line)).ToList();
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    private static Regex Begins => field ??= Pattern.Of(@"^\s*(?:<\?xml\b[^<>]{0,200}\?>\s*)?(?:<!--|<!\[CDATA\[|<[A-Za-z][\w:.-]{0,40}(?:\s[^<>]{0,300})?>)");

    // Tags within a sentence are left to Visible.
    private static Regex Tag => field ??= Pattern.Of(@"</?(?!(?:b|i|u|s|em|strong|span|font|small|big|mark|code|a|td|th|del|ins|sub|sup)[\s>/])[A-Za-z][\w:.-]{0,40}(?:\s[^<>]{0,300})?/?>|<\?[^<>]{0,200}\?>");

    private static Regex Comment => field ??= Pattern.Of(@"<!--(?:(?!-->)(?s:.)){0,2000}-->");

    // What is not said to the reader.
    private static Regex Inward => field ??= Pattern.Of(@"<(thoughts?|thinking|reasoning|analysis|scratchpad|prompt|query|question|instructions?|user)\b[^<>]{0,200}>(?:(?!</\1>)(?s:.)){0,2000}</\1>", RegexOptions.IgnoreCase);

    // The value of a flag.
    private static Regex Mark => field ??= Pattern.Of(@"^(?:true|false|null|none|\d+)$", RegexOptions.IgnoreCase);
}
