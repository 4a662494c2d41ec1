using System.Text.Json;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>
/// Random texts have the ids that Hugging Face's own library gives them, and those ids its text.
/// <c>SAFETYGATE_TOKENIZER_TEXTS=20000 SAFETYGATE_TOKENIZER_SEED=7 dotnet test tests/Models.Tests --filter FullyQualifiedName~RandomTextSpecs</c>
/// asks for more of them than a normal run.
/// </summary>
public sealed class RandomTextSpecs
{
    private const int TextsOfANormalRun = 1_000;

    public static TheoryData<string> Tokenizers => ConformanceCases.Files("tokenizers", TokenizerFile.FileName, SearchOption.AllDirectories);

    [Theory, MemberData(nameof(Tokenizers))]
    public void Ids_and_texts_are_those_of_the_library(string file)
    {
        var directory = Path.GetDirectoryName(ConformanceCases.Require(file))!;
        using var library = new LibraryTokenizer(directory);
        var texts = new RandomTexts(new RandomStream(RandomTextRun.Seed, file), AddedTokens(directory));
        var differences = new List<string>();
        var count = RandomTextRun.Texts(TextsOfANormalRun);
        for (var i = 0; i < count; i++)
        {
            if (library.Difference(texts.Next()) is { } difference) differences.Add(difference);
        }

        RandomTextRun.Report(file, count, differences);
    }

    private static string[] AddedTokens(string directory)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, TokenizerFile.FileName)));
        return !file.RootElement.TryGetProperty("added_tokens", out var tokens) ? [] : [.. tokens.EnumerateArray().Select(token => token.GetProperty("content").GetString()!).Where(content => content.Length > 0)];
    }
}
