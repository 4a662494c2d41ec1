using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Tokenization;
using Library = Tokenizers.DotNet.Tokenizer;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>
/// One random tokenizer, read by the product and by Hugging Face's library, on random texts and ids. The library's wrapper adds special
/// tokens and skips them; without its post-processor it adds none, and where no token is special it skips none.
/// </summary>
internal sealed class BatteryCase(ulong seed, int index, string folder, Action<string> say)
{
    /// <summary>Compares, and says what was found in lines of one word and its details.</summary>
    public void Run(int texts)
    {
        var file = RandomTokenizer.Of(seed, index);
        var path = Path.Combine(folder, TokenizerFile.FileName);
        File.WriteAllText(path, file.ToJsonString());
        var ours = Read(() => TokenizerFile.Load(folder), out var refusal);
        say("try loading");
        using var theirs = Read(() => new Library(vocabPath: path), out var theirRefusal);
        if (ours is null || theirs is null)
        {
            say(ours is null == theirs is null ? "neither" : ours is null ? $"refused {refusal}" : $"only-we {theirRefusal}");
            return;
        }

        using var bare = Variant(file, whole => whole["post_processor"] = null);
        using var plain = Variant(file, whole =>
        {
            foreach (var token in whole["added_tokens"]!.AsArray()) token!["special"] = false;
        });
        var normalized = LibraryTokenizer.NormalizedIds(file);
        var random = new RandomStream(seed, FormattableString.Invariant($"texts {index}"));
        var writer = new RandomTexts(random, [.. file["added_tokens"]!.AsArray().Select(token => token!["content"]!.GetValue<string>())]);
        for (var i = 0; i < texts; i++)
        {
            var text = writer.Next();
            say($"try {JsonSerializer.Serialize(text)}");
            var ids = Compare(text, theirs, ours, addSpecial: true);
            Compare(text, bare, ours, addSpecial: false);
            if (ids is not null) Spans(text, ours);
            Decoded(Without(ids ?? []), theirs, plain, ours);
            Decoded(Without([.. Enumerable.Range(0, 1 + random.Next(12)).Select(_ => random.Next(ours.VocabularySize + 2))]), theirs, plain, ours);
        }

        say("compared");

        int[] Without(int[] ids) => [.. ids.Where(id => !normalized.Contains(id))];
    }

    private static T? Read<T>(Func<T> read, out string refusal)
        where T : class
    {
        refusal = "";
        try
        {
            return read();
        }
        catch (Exception e) when (e is UserErrorException or Tokenizers.DotNet.TokenizerException)
        {
            refusal = e.Message;
            return null;
        }
    }

    private Library Variant(JsonObject file, Action<JsonObject> change)
    {
        var other = file.DeepClone().AsObject();
        change(other);
        var path = Path.Combine(folder, "other.json");
        File.WriteAllText(path, other.ToJsonString());
        return new Library(vocabPath: path);
    }

    private int[]? Compare(string text, Library theirs, ITokenizer ours, bool addSpecial)
    {
        var ourIds = Read(() => ours.Encode(text, addSpecial), out var refusal);
        if (ourIds is null && refusal.Contains("is not used on this text", StringComparison.Ordinal))
        {
            say($"refused-text {refusal}");
            return null;
        }

        var theirIds = Read(() => theirs.Encode(text).Select(id => (int)id).ToArray(), out var theirRefusal);
        if (theirIds is null && ourIds is null) return null;
        if (theirIds is null || ourIds is null || !theirIds.AsSpan().SequenceEqual(ourIds))
            say($"differs encode {(addSpecial ? "with" : "without")} special tokens, {JsonSerializer.Serialize(text)}: the library {Shown(theirIds, theirRefusal)}, we {Shown(ourIds, refusal)}");
        return theirIds;
    }

    private void Spans(string text, ITokenizer ours)
    {
        var (ids, spans) = (ours.Encode(text), ours.EncodeWithSpans(text));
        if (!ids.SequenceEqual(spans.Select(span => span.Id)) || spans.Any(span => span.Start < 0 || span.End > text.Length || span.Start >= span.End))
            say($"differs spans {JsonSerializer.Serialize(text)}: [{string.Join(' ', ids)}], {string.Join(' ', spans)}");
    }

    private void Decoded(int[] ids, Library theirs, Library plain, ITokenizer ours)
    {
        if (ids.Length == 0) return; // the library's wrapper does not take none
        say($"try [{string.Join(' ', ids)}]");
        foreach (var (library, skips) in ((Library, bool)[])[(theirs, true), (plain, false)])
        {
            string theirText = library.Decode([.. ids.Select(id => (uint)id)]), ourText = Read(() => ours.Decode(ids, skips), out var refusal) ?? refusal;
            if (theirText != ourText) say($"differs decode {(skips ? "without" : "with")} special tokens, [{string.Join(' ', ids)}]: the library {JsonSerializer.Serialize(theirText)}, we {JsonSerializer.Serialize(ourText)}");
        }
    }

    private static string Shown(int[]? ids, string refusal) => ids is null ? $"refuses it ({refusal})" : $"[{string.Join(' ', ids)}]";
}
