using System.Text.Json;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>
/// Sentences of chat models (<c>answer-sentences.jsonl</c>: kind, text with <c>@</c> for a value and <c>#</c> for another, whether it gives
/// <c>@</c> as the answer, the question where its words are needed), each with other values in each run.
/// </summary>
public sealed class AnswerSentenceSpecs(ITestOutputHelper output)
{
    private const double LeastRecall = .97;

    private sealed record Sentence(string Kind, string Text, bool Gives, string? Question = null)
    {
        public string With(string value, string other) => Text.Replace("@", value, StringComparison.Ordinal).Replace("#", other, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_every_sentence_only_the_value_that_it_gives_is_accepted()
    {
        // A failure is drawn again with its seed in place of this one.
        var seed = (ulong)Random.Shared.NextInt64();
        var drawn = new AnswerPairs(seed);
        var asked = Sentences().SelectMany(sentence => Pairs(sentence, OneValue(drawn)), (sentence, pair) => (sentence.Question, Pair: pair)).ToList();
        var pairs = asked.ConvertAll(a => a.Pair);
        var accepted = asked.ToLookup(a => AnswerEquivalence.Compare(a.Pair.Gold, a.Pair.Response, a.Question).Correct == true, a => a.Pair);
        var wrong = accepted[true].Where(p => !p.Right).ToList();
        var missed = accepted[false].Where(p => p.Right).ToList();
        var right = pairs.Count(p => p.Right);
        output.WriteLine($"seed {seed}: {pairs.Count - right} wrong answers in {Sentences().Count()} sentences, {wrong.Count} accepted; {right} right ones, {missed.Count} missed");
        Assert.True(wrong.Count == 0, $"seed {seed}: {string.Join("\n", wrong.Take(20))}");
        Assert.True(missed.Count <= (1 - LeastRecall) * right, $"seed {seed}: {string.Join("\n", missed.Take(20))}");
    }

    [Fact]
    public void The_sentences_are_of_at_least_thirty_kinds_and_most_of_them_give_no_answer()
    {
        var sentences = Sentences().ToList();
        Assert.True(sentences.Select(s => (s.Kind, s.Gives)).Distinct().Count() >= 30);
        Assert.True(sentences.Count(s => !s.Gives) > sentences.Count / 2);
        Assert.All(sentences, s => Assert.Contains('@', s.Text));
    }

    // Of a list the other value may be a part, and a list that names a part twice is the list.
    private static AnswerPairs.Case OneValue(AnswerPairs drawn)
    {
        while (true)
        {
            var values = drawn.Draw();
            if (!values.Gold.Contains(',', StringComparison.Ordinal) && !values.Gold.Contains("\\pm", StringComparison.Ordinal)) return values;
        }
    }

    // What gives a value is tried with the right one, beside a wrong one where it has two, and the other way about.
    private static IEnumerable<AnswerPair> Pairs(Sentence sentence, AnswerPairs.Case values)
    {
        yield return new(sentence.Kind, values.Gold, sentence.With(values.Right[0], values.Wrong[0]), sentence.Gives);
        if (sentence.Gives) yield return new(sentence.Kind, values.Gold, sentence.With(values.Wrong[0], values.Right[0]), false);
    }

    private static IEnumerable<Sentence> Sentences() =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "Verifiers.Tests", "Math", "answer-sentences.jsonl")).Select(line => JsonSerializer.Deserialize<Sentence>(line, JsonSerializerOptions.Web)!);
}
