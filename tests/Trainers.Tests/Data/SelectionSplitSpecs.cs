using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Tests.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Data;

public sealed class SelectionSplitSpecs
{
    private static readonly Benchmark Items = new("split", MetricDirection.Capability,
        [.. Enumerable.Range(0, 4).Select(i => new BenchmarkItem { Id = Invariant($"item-{i}"), Prompt = Invariant($"{i}") })]);

    [Fact]
    public void The_accuracy_is_over_all_items_and_what_is_not_scored_counts_nothing()
    {
        // Of four items one is right, one half, one wrong and one unscored: 1.5 of 4.
        double?[] scores = [null, 1, 0.5, 0];
        var seen = new List<(string Item, Response Response)>();
        Assert.Equal(0.375, Accuracy(7, 3, (item, response) =>
        {
            seen.Add((item.Id, response));
            return scores[int.Parse(item.Id[5..], System.Globalization.CultureInfo.InvariantCulture)] is { } score ? ItemScore.Of(score) : ItemScore.Unscored("cut");
        }), 12);
        Assert.Equal(Items.Items.Select(item => item.Id), seen.Select(one => one.Item));
        Assert.All(seen, one => Assert.StartsWith(one.Item[5..] + ":", one.Response.Text, StringComparison.Ordinal)); // its own prompt, read with it
        Assert.All(seen, one => Assert.Equal((one.Item, true), (one.Response.PromptId, one.Response.Tokens is >= 1 and <= 3)));
        Assert.All(seen, one => Assert.Equal(one.Response.Text[^1] == (char)Letters.Eos ? FinishReason.Stop : FinishReason.Length, one.Response.FinishReason));
    }

    [Fact]
    public void Responses_are_drawn_by_the_seed_and_are_the_same_at_every_look()
    {
        string Texts(ulong seed)
        {
            var texts = new List<string>();
            Accuracy(seed, 8, (_, response) =>
            {
                texts.Add(response.Text);
                return ItemScore.Of(1);
            });
            return string.Join('|', texts);
        }

        Assert.Equal(Texts(7), Texts(7));
        Assert.NotEqual(Texts(7), Texts(8)); // drawn, and not the likeliest
    }

    private static double Accuracy(ulong seed, int maxNewTokens, Func<BenchmarkItem, Response, ItemScore> score)
    {
        var config = TinyModel.Config.Replace("\"vocab_size\": 24", "\"vocab_size\": 64", StringComparison.Ordinal); // has the digits' letters
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(config, "config.json"), 5, CPU, ScalarType.Float32);
        var split = new SelectionSplit(Items, new Scorer(score), Letters.Encoder(), maxNewTokens, seed);
        return split.Accuracy(new TokenGenerator(decoder, [Letters.Eos]), (prompt, response) => Letters.Text(prompt.Skip(1)) + ":" + Letters.Text(response), CancellationToken.None);
    }

    private sealed class Scorer(Func<BenchmarkItem, Response, ItemScore> score) : IScorer
    {
        public string Name => "by hand";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) => score(item, response);
    }
}
