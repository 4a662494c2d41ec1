using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Replaces secrets in what a server sends, before anything reads it: as they are, in any case, with blanks or line ends between their
/// characters, escaped for JSON, URLs or HTML, in hexadecimal, and in base64, also as part of a longer text such as <c>user:key</c>.
/// </summary>
internal sealed class SecretMask
{
    /// <summary>What stands for a secret.</summary>
    public const string Stars = "***";

    private const int Shortest = 8; // a shorter one, such as EMPTY, is a placeholder: replaced only where it stands alone
    private const int LongestPiece = 64;
    private const string Between = @"(?:[\x00-\x20]|\\+[nrtbf]|\\+u00[01][0-9a-f]|%0[ad9]|%20)*";
    private readonly Regex[] _secrets;

    /// <summary>A mask of secrets.</summary>
    /// <param name="secrets">The secrets, ASCII; empty ones are left out.</param>
    public SecretMask(params IEnumerable<string?> secrets) =>
        _secrets = [.. secrets.OfType<string>().Where(s => s.Length > 0).Distinct().OrderByDescending(s => s.Length).SelectMany(Pieces).Select(PatternOf)];

    /// <summary>The text without the secrets.</summary>
    public string Hide(string text) => _secrets.Aggregate(text, (hidden, secret) => secret.Replace(hidden, Stars));

    /// <summary>The bytes of a text in UTF-8, or another encoding that keeps ASCII, without the secrets.</summary>
    public byte[] Hide(byte[] bytes)
    {
        if (_secrets.Length == 0) return bytes;
        var text = Encoding.Latin1.GetString(bytes); // one character for each byte
        var hidden = Hide(text);
        return ReferenceEquals(text, hidden) ? bytes : Encoding.Latin1.GetBytes(hidden);
    }

    /// <summary>True when the text holds one of the secrets.</summary>
    public bool IsIn(string text) => Array.Exists(_secrets, secret => secret.IsMatch(text));

    // The engine's automata have a largest size; a long secret is replaced piece by piece.
    private static IEnumerable<string> Pieces(string secret) => secret.Chunk((secret.Length + Count(secret) - 1) / Count(secret)).Select(piece => new string(piece));

    private static int Count(string secret) => (secret.Length + LongestPiece - 1) / LongestPiece;

    // An engine that reads each character once: a server must not choose how long this takes.
    private static Regex PatternOf(string secret) => new(
        secret.Length < Shortest ? $"{Edge(secret[0])}{Regex.Escape(secret)}{Edge(secret[^1])}"
        : $"(?i:{string.Join(Between, secret.Select(Spellings))})|(?i:{Convert.ToHexString(Encoding.ASCII.GetBytes(secret))})|{string.Join('|', Base64(secret).Select(code => string.Join(Between, code.Select(SpellingsInBase64))))}",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static string Edge(char c) => char.IsAsciiLetterOrDigit(c) ? @"\b" : "";

    private static string Spellings(char c) =>
        Invariant($@"(?:\\*(?:{Regex.Escape(c.ToString())}|u00{(int)c:x2})|%(?:25)*{(int)c:x2}|&#(?:x0*{(int)c:x}|0*{(int)c});{Named(c)})");

    private static string Named(char c) => c switch { '&' => "|&amp;", '<' => "|&lt;", '>' => "|&gt;", '"' => "|&quot;", '\'' => "|&apos;", _ => "" };

    private static string SpellingsInBase64(char c) => c switch
    {
        '+' or '-' => @"(?:\\*(?:[-+]|u002[bB])|%2[bB])",
        '/' or '_' => @"(?:\\*(?:[/_]|u002[fF])|%2[fF])",
        _ => Regex.Escape(c.ToString()),
    };

    // What base64 makes of the secret behind any text of 0, 1 or 2 bytes modulo 3; characters that its neighbors share are left out.
    private static IEnumerable<string> Base64(string secret)
    {
        for (var before = 0; before < 3; before++)
        {
            var code = Convert.ToBase64String([.. new byte[before], .. Encoding.ASCII.GetBytes(secret)]);
            var first = before == 0 ? 0 : before + 1;
            yield return code[first..((secret.Length + before) * 8 / 6)];
        }
    }
}
