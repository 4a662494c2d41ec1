using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Models.Tokenization;

/// <summary>The normalizers of tokenizer.json. Each is a function from text to text.</summary>
internal static class Normalizers
{
    private const string Known = "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip";

    /// <summary>Builds the normalizer that the file describes; <c>null</c> describes one that changes nothing.</summary>
    public static Func<string, string> Create(JsonPart part)
    {
        if (part.IsNull) return text => text;
        switch (part.Type)
        {
            case "Sequence":
                var steps = part.Items("normalizers").Select(Create).ToArray();
                return text => steps.Aggregate(text, (current, step) => Bounded(step(current)));
            case "Prepend":
                var prefix = part.Text("prepend");
                return text => text.Length == 0 ? text : prefix + Bounded(text, prefix.Length);
            case "Replace":
                return Replacement(part);
            case "NFC":
                return text => TextNormalization.Normalize(text, NormalizationForm.FormC);
            case "NFD":
                return text => TextNormalization.Normalize(text, NormalizationForm.FormD);
            case "NFKC":
                return text => TextNormalization.Normalize(text, NormalizationForm.FormKC);
            case "NFKD":
                return text => TextNormalization.Normalize(text, NormalizationForm.FormKD);
            case "Lowercase":
                return Lower;
            case "Strip":
                var (left, right) = (part.Flag("strip_left", true), part.Flag("strip_right", true));
                return text => (left, right) switch { (true, true) => text.Trim(), (true, false) => text.TrimStart(), (false, true) => text.TrimEnd(), _ => text };
            default:
                throw part.Unsupported("normalizer", Known);
        }
    }

    /// <summary>Replaces every match of a pattern (a string or a regular expression) by a text; decoders have the same component.</summary>
    public static Func<string, string> Replacement(JsonPart part)
    {
        var content = part.Text("content");
        var pattern = part.Member("pattern");
        if (pattern.TextOrNull("String") is { } literal)
            return literal.Length == 0 ? text => text : text => Replaced(text, literal, content);
        var regex = CodePointRegex.Create(pattern.Text("Regex"), pattern);
        return text =>
        {
            var matches = regex.Matches(text);
            if (matches.Count == 0) return text;
            TokenizerLimits.Require(text.Length + (long)matches.Count * content.Length - matches.Sum(match => (long)match.Length));
            var result = new StringBuilder(text.Length);
            var at = 0;
            foreach (var (start, length) in matches)
            {
                result.Append(text, at, start - at).Append(content);
                at = start + length;
            }

            return result.Append(text, at, text.Length - at).ToString();
        };
    }

    /// <summary>Replaces a text that is not empty; refused before it is done when the result would be too long.</summary>
    public static string Replaced(string text, string old, string by)
    {
        if (by.Length > old.Length)
            TokenizerLimits.Require(text.Length + (long)text.AsSpan().Count(old) * (by.Length - old.Length));
        return text.Replace(old, by, StringComparison.Ordinal);
    }

    private static string Bounded(string text, int more = 0)
    {
        TokenizerLimits.Require(text.Length + (long)more);
        return text;
    }

    // Full Unicode lower case: .NET's invariant one has no mapping for İ, which has two letters in lower case.
    private static string Lower(string text) => text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
}
