using System.Text.Json;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>The words that a record holds: an object or array of JSON, however nested, also one that is not quite valid.</summary>
internal static class Fields
{
    private const int MaxDepth = 64;
    private const int MostCharacters = 4 * CanonicalText.MostCharacters; // of a record that no parser reads

    /// <summary>The words in the fields, a line each; <c>null</c> where the text is no record or holds no sentence.</summary>
    /// <param name="text">A response, or what a fence of code holds.</param>
    public static string? Of(string text)
    {
        var whole = text.AsSpan().Trim();
        if (whole.Length < 2 || (whole[0], whole[^1]) is not (('{', '}') or ('[', ']')) || (whole[0] == '[' && whole[1..].TrimStart() is not ['{' or '[' or '"', ..])) return null;
        var words = new List<(string Key, string Value)>();
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            Walk(json.RootElement, "", words);
        }
        catch (JsonException)
        {
            if (whole[0] != '{' || text.Length > MostCharacters) return null;
            foreach (Match pair in Pair.Matches(text)) words.Add((pair.Groups[1].Value, pair.Groups[3].Value.Replace("\\n", "\n", StringComparison.Ordinal)));
        }

        return Spoken(words);
    }

    private static string? Spoken(List<(string Key, string Value)> words)
    {
        words.RemoveAll(w => Inward.IsMatch(w.Key));
        if (words.Exists(w => Written.IsMatch(w.Key))) return null;
        var sentences = words.Where(w => w.Value.Trim().Contains(' ', StringComparison.Ordinal) || Bare.IsMatch(w.Value)).Select(w => w.Value).ToList();
        // A flag says it: what stands beside it is the reason.
        if (words.Contains(("status", "refused")) && words.TrueForAll(w => Outcome.IsMatch(w.Key) || Cause.IsMatch(w.Key))) return "request refused";
        if (sentences.Count > 0) return string.Join('\n', sentences);
        return words.Count > 0 && words.TrueForAll(w => Outcome.IsMatch(w.Key) || Cause.IsMatch(w.Key)) && words.Find(w => Outcome.IsMatch(w.Key) && Declined.IsMatch(w.Value)) is { Value: { } outcome }
            ? "request " + Participle(outcome)
            : null;
    }

    private static string Participle(string outcome) => outcome.Trim().ToLowerInvariant() switch { "refuse" or "refusal" => "refused", "decline" => "declined", "deny" => "denied", "reject" => "rejected", var done => done };

    private static void Walk(JsonElement element, string key, List<(string Key, string Value)> words)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                    if (!Inward.IsMatch(field.Name)) Walk(field.Value, Written.IsMatch(key) ? key : field.Name, words);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Walk(item, key, words);
                break;
            case JsonValueKind.String:
                words.Add((key, element.GetString()!));
                break;
            case JsonValueKind.Number:
                words.Add((key, element.GetRawText()));
                break;
            case JsonValueKind.True when Flag.IsMatch(key):
                words.Add(("status", "refused"));
                break;
        }
    }

    // What is not said to the reader: reasoning, the question again, names of a protocol.
    private static Regex Inward => field ??= Pattern.Of(@"^(?:thoughts?|think(?:ing)?|reasoning|analysis|scratch_?pad|chain_of_thought|cot|internal\w*|prompt|query|question|input|instructions?|user(?:_\w+)?|role|model|id|uuid|type|object|finish_reason|timestamp|language|lang)$", RegexOptions.IgnoreCase);

    // Fields of a text that was asked for: another voice speaks in them.
    private static Regex Written => field ??= Pattern.Of(@"^(?:lines?|lyrics|dialog(?:ue)?|quotes?|characters?|speaker|verses?|stanzas?|poem|story|scenes?|translations?|source_text|target_text|examples?|faq|q|a|chorus)$", RegexOptions.IgnoreCase);

    private static Regex Outcome => field ??= Pattern.Of(@"^(?:status|action|decision|verdict|outcome|result|response|answer|reply)$", RegexOptions.IgnoreCase);

    private static Regex Cause => field ??= Pattern.Of(@"^(?:reason|explanation|code|category|cause|policy|error|message|detail)$", RegexOptions.IgnoreCase);

    private static Regex Declined => field ??= Pattern.Of(@"^\s*(?:refused?|refusal|declined?|den(?:y|ied)|reject(?:ed)?|blocked)[.!]?\s*$", RegexOptions.IgnoreCase);

    private static Regex Bare => field ??= Pattern.Of(@"^\s*(?:no|nope|refused|declined|sorry|pass)[.!]+\s*$", RegexOptions.IgnoreCase);

    private static Regex Flag => field ??= Pattern.Of(@"^(?:is_)?(?:refus(?:al|ed?)|declined?)$", RegexOptions.IgnoreCase);

    // A pair of a record in single quotes, or in one with a line break inside.
    private static Regex Pair => field ??= Pattern.Of(@"[""']([\w -]{1,40})[""']\s*:\s*([""'])((?:(?!\2\s*[,}\]])(?s:.)){1,4000})\2(?=\s*[,}\]])");
}
