using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Trainers.Tests.Probes;

public sealed class NgramReaderSpecs
{
    private static readonly string[] Labels = ["no", "yes"];

    [Fact]
    public void A_word_is_read_by_every_reader_and_an_order_of_words_by_longer_sequences_only()
    {
        Assert.InRange(HeldOut(text => text.Contains("sun", StringComparison.Ordinal), order: 1), 0.95, 1);
        Assert.InRange(HeldOut(text => text.Contains("sun rain", StringComparison.Ordinal), order: 2, pairs: true), 0.95, 1);
        Assert.InRange(HeldOut(text => text.Contains("sun rain", StringComparison.Ordinal), order: 1, pairs: true), 0, 0.85); // of four pairs two have the same words
    }

    [Fact]
    public void The_same_seed_gives_the_same_reader()
    {
        var (texts, labels) = (new[] { "a b", "c d", "e f" }, new[] { "no", "yes", "no" });
        double[] Read(ulong seed) => new NgramReader(texts, labels, Labels, new() { Seed = seed, Steps = 7, BatchSize = 2 }).Train().Probabilities("a d");
        Assert.Equal(Read(1), Read(1));
        Assert.NotEqual(Read(1), Read(2));
        Assert.Equal(1, Read(1).Sum(), 12);
    }

    [Fact]
    public void Passes_end_with_the_texts_and_the_steps()
    {
        var reader = new NgramReader(["a", "b", "c"], ["no", "yes", "no"], Labels, new() { Seed = 1, Steps = 5, BatchSize = 2 });
        Assert.Equal([true, true, false], [reader.TrainEpoch(), reader.TrainEpoch(), reader.TrainEpoch()]); // two, two and one of five steps
        var whole = new NgramReader(["a", "b", "c"], ["no", "yes", "no"], Labels, new() { Seed = 1, Steps = 5, BatchSize = 2 }).Train();
        Assert.Equal(whole.Probabilities("a"), reader.Probabilities("a"));
    }

    [Fact]
    public void What_cannot_be_learnt_from_is_refused_with_the_reason()
    {
        Refused("0 texts and 0 labels", () => new NgramReader([], [], Labels, new() { Seed = 1 }));
        Refused("'maybe' is not among", () => new NgramReader(["a"], ["maybe"], Labels, new() { Seed = 1 }));
        Refused("There are 1 labels", () => new NgramReader(["a"], ["no"], ["no"], new() { Seed = 1 }));
        Refused("Order is 0", () => new NgramReader(["a"], ["no"], Labels, new() { Seed = 1, Order = 0 }));

        static void Refused(string says, Func<object> act) => Assert.Contains(says, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    private static double HeldOut(Func<string, bool> isYes, int order, bool pairs = false)
    {
        var random = new RandomStream(5, "ngram");
        string[] words = pairs ? ["sun", "rain"] : ["sun", "rain", "wind", "snow", "fog"];
        string Draw() => string.Join(' ', Enumerable.Range(0, pairs ? 2 : 4).Select(_ => words[random.Next(words.Length)]));
        List<string> texts = [.. Enumerable.Range(0, 400).Select(_ => Draw())];
        List<string> labels = [.. texts.Select(text => isYes(text) ? "yes" : "no")];
        var reader = new NgramReader(texts[..200], labels[..200], Labels, new() { Seed = 1, Order = order, Steps = 200 }).Train();
        return texts.Skip(200).Zip(labels.Skip(200)).Average(pair => reader.Probabilities(pair.First)[1] > 0.5 == (pair.Second == "yes") ? 1.0 : 0);
    }
}
