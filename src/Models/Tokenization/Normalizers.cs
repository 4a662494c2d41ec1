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
                return text => steps.Aggregate(text, (current, step) => step(current));
            case "Prepend":
                var prefix = part.Text("prepend");
                return text => text.Length == 0 ? text : prefix + text;
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
            return literal.Length == 0 ? text => text : text => text.Replace(literal, content, StringComparison.Ordinal);
        var regex = CodePointRegex.Create(pattern.Text("Regex"), pattern.Where);
        return text =>
        {
            var matches = regex.Matches(text);
            if (matches.Count == 0) return text;
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

    // Full Unicode lower case: .NET's invariant one has no mapping for İ, which has two letters in lower case.
    private static string Lower(string text) => text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
}
