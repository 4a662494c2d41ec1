using System.Text.Json.Nodes;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Tests.World;

public sealed class VocabularySpecs
{
    private static readonly HashSet<string> Words = [.. PocketTokenizer.Vocabulary];

    [Fact]
    public void The_vocabulary_is_under_a_thousand_words_and_begins_with_the_special_tokens()
    {
        Assert.InRange(PocketTokenizer.Vocabulary.Count, 100, 999);
        Assert.Equal(["<pad>", "<bos>", "<user>", "<asst>", "<eos>"], PocketTokenizer.Vocabulary.Take(5));
        Assert.Equal((PocketTokenizer.PadId, PocketTokenizer.BosId, PocketTokenizer.EosId), (0, 1, 4));
        Assert.Equal(PocketTokenizer.Vocabulary.Count, Words.Count);
    }

    [Fact]
    public void Every_word_of_every_frozen_file_is_in_it()
    {
        foreach (var (name, text) in FrozenFiles.Of(new PocketWorld()))
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Assert.All($"{JsonNode.Parse(line)!["prompt"]} {JsonNode.Parse(line)!["completion"]}".Trim().Split(' '), word => Assert.True(Words.Contains(word), $"{name}: '{word}'"));
    }

    [Fact]
    public void Every_word_of_the_training_mixes_is_in_it()
    {
        foreach (var mix in new[] { TextMix.Pretraining, TextMix.Alignment, TextMix.MustFail })
            foreach (var text in mix.Draw(new PocketWorld(), new(1, "words"), 4000))
                Assert.All($"{text.Prompt} {text.Completion}".Split(' '), word => Assert.Contains(word, Words));
    }

    [Fact]
    public void Words_are_lower_case() => Assert.All(PocketTokenizer.Vocabulary, word => Assert.Equal(word.ToLowerInvariant(), word));
}
