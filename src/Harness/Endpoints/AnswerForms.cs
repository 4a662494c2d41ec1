using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Harness.Endpoints;

/// <summary>Tells what an answer is that is not JSON: a stream of events, a page of a proxy, or nothing.</summary>
internal static partial class AnswerForms
{
    private static readonly string[] Events = ["data:", "event:", "id:", "retry:", ":"];

    /// <summary>What the body of a success is, and whether the same request may be answered later; <c>null</c> for what may be JSON.</summary>
    public static (string Words, bool Passes)? Foreign(byte[] body)
    {
        var text = Beginning(body);
        if (text.Length == 0) return ("nothing (an empty body)", true);
        if (Array.Exists(Events, mark => text.StartsWith(mark, StringComparison.Ordinal)))
            return ("a stream of events, though it was asked for one answer (\"stream\": false); switch streaming off at the server or gateway", false);
        return Page(body) is { } page ? ($"a page and not with JSON: {ErrorWords.OneLine(page)}; the address must be what stands before /v1", true) : null;
    }

    /// <summary>The title of a page of HTML, or its text where it has none; <c>null</c> for other bodies.</summary>
    public static string? Page(byte[] body)
    {
        var text = Beginning(body);
        if (!text.StartsWith('<')) return null;
        var title = Title().Match(text) is { Success: true } found ? found.Groups[1].Value : Tag().Replace(text, " ");
        return Blanks().Replace(WebUtility.HtmlDecode(title), " ").Trim() is { Length: > 0 } words ? words : "without a title";
    }

    // Enough for a title.
    private static string Beginning(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 1 << 14)).TrimStart('\uFEFF').TrimStart();

    [GeneratedRegex("<title[^<>]*>([^<]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex("<(?:style|script)[^<>]*>[^<]*|<[^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
