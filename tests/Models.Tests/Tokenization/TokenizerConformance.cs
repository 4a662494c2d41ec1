using System.Text.Json;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization;

public sealed class TokenizerConformance
{
    public static TheoryData<string> TokenizerCases() => ConformanceCases.Files("tokenizers", "*.jsonl");

    public static TheoryData<string> References() => ConformanceCases.Files("models", "reference.json", SearchOption.AllDirectories);

    [Theory, MemberData(nameof(TokenizerCases))]
    public void Ids_and_texts_are_those_of_the_reference_library(string file)
    {
        _ = ConformanceCases.Require(file);
        // The tokenizer's own files are others' work and not vendored; they may lie in the folder beside the repository.
        if (ConformanceCases.PathOf(Path.ChangeExtension(file, null)) is not { } directory)
        {
            foreach (var line in ConformanceCases.Lines(file)) ConformanceLog.NotCompared(file, line.GetProperty("id").GetString()!, "the tokenizer's own files are not here");
            Assert.Skip($"{file}: the tokenizer's own files are not here");
            return;
        }

        var tokenizer = TokenizerFile.Load(directory);
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in ConformanceCases.Lines(file))
        {
            count++;
            ConformanceLog.Compared(file, line.GetProperty("id").GetString()!);
            Check(tokenizer, line, wrong);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} differences in {count} cases:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(count > 0, $"{file} holds no case");
    }

    [Theory, MemberData(nameof(References))]
    public void Prompts_of_a_checkpoint_with_a_tokenizer_give_their_ids(string file)
    {
        var reference = ConformanceCases.Require(file);
        var directory = Path.GetDirectoryName(reference)!;
        if (!File.Exists(Path.Combine(directory, TokenizerFile.FileName))) Assert.Skip($"{file}: no tokenizer beside it");
        var tokenizer = TokenizerFile.Load(directory);
        using var document = JsonDocument.Parse(File.ReadAllText(reference));
        var count = 0;
        foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (!item.TryGetProperty("prompt", out var prompt) || !item.TryGetProperty("input_ids", out var ids)) continue;
            ConformanceLog.Compared(file, $"prompt {count++}");
            Assert.Equal(ids.Deserialize<int[]>(), tokenizer.Encode(prompt.GetString()!, addSpecialTokens: true));
            if (item.TryGetProperty("greedy_ids", out var greedy) && item.TryGetProperty("greedy_text", out var text))
                Assert.Equal(text.GetString(), tokenizer.Decode(greedy.Deserialize<int[]>()!));
        }

        Assert.True(count > 0, $"{file} holds no prompt");
    }

    private static void Check(ITokenizer tokenizer, JsonElement line, List<string> wrong)
    {
        var id = line.GetProperty("id").GetString();
        var ids = line.GetProperty("ids").Deserialize<int[]>()!;
        var text = line.TryGetProperty("text", out var given) ? given.GetString()
            : line.TryGetProperty("utf16", out var units) ? new string(Array.ConvertAll(units.Deserialize<int[]>()!, unit => (char)unit)) : null;
        if (text is not null)
        {
            Compare($"{id} ids", ids, tokenizer.Encode(text));
            var special = line.TryGetProperty("ids_special", out var withSpecial) ? withSpecial.Deserialize<int[]>()! : ids;
            Compare($"{id} ids_special", special, tokenizer.Encode(text, addSpecialTokens: true));
        }

        var decoded = line.GetProperty("decoded").GetString()!;
        Compare($"{id} decoded", decoded, tokenizer.Decode(ids));
        Compare($"{id} decoded_skip", line.TryGetProperty("decoded_skip", out var skipped) ? skipped.GetString()! : decoded, tokenizer.Decode(ids, skipSpecialTokens: true));

        void Compare<T>(string what, T expected, T actual)
        {
            var (one, other) = (JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
            if (one != other) wrong.Add($"{what}: expected {one}, found {other}; text {JsonSerializer.Serialize(text)}");
        }
    }
}
