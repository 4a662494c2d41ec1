using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>Each component of tokenizer.json that is supported, in a small tokenizer that shows all it does, against the library on random texts.</summary>
public sealed class ComponentSpecs : IDisposable
{
    private const int TextsOfANormalRun = 400;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. SmallTokenizers.All.Keys];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Ids_and_texts_are_those_of_the_library(string name)
    {
        var json = SmallTokenizers.All[name].DeepClone().AsObject();
        using var library = LibraryTokenizer.Of(folder, json.ToJsonString());
        var random = new RandomStream(RandomTextRun.Seed, name);
        var texts = new RandomTexts(random, [.. (json["added_tokens"] as JsonArray ?? []).Select(token => token!["content"]!.GetValue<string>())]);
        var differences = new List<string>();
        var count = RandomTextRun.Texts(TextsOfANormalRun);
        for (var i = 0; i < count; i++)
        {
            if (library.Difference(texts.Next()) is { } difference) differences.Add(difference);
            int[] ids = [.. Enumerable.Range(0, 1 + random.Next(12)).Select(_ => random.Next(library.Ours.VocabularySize + 2))];
            if (library.Difference(ids) is { } other) differences.Add(other);
        }

        RandomTextRun.Report(name, count, differences);
    }
}
