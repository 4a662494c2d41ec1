using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Batched generation against one token at a time.</summary>
public sealed class TokenGeneratorSpecs
{
    private static readonly SamplingOptions Warm = new() { MaxNewTokens = 12, Temperature = 1, Seed = 5 };

    private static readonly IReadOnlyList<GenerationRequest> Requests =
        [.. Enumerable.Range(0, 30).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [1, .. Enumerable.Range(0, i % 7).Select(j => (i * 11 + j * 5) % 40)] })];

    [Fact]
    public void A_response_is_what_drawing_token_by_token_from_its_own_stream_gives()
    {
        using var decoder = TinyModels.Decoder();
        int[] eos = [2, 9, 17];
        var made = new TokenGenerator(decoder, eos).Generate(Requests, Warm, CancellationToken.None);
        Assert.Equal(Requests.Select(request => request.Key), made.Select(sequence => sequence.Key));
        foreach (var (request, sequence) in Requests.Zip(made))
        {
            var expected = OneByOne(decoder, request, Warm, eos);
            Assert.Equal(expected, sequence.NewIds);
            Assert.Equal(eos.Contains(expected[^1]) ? FinishReason.Stop : FinishReason.Length, sequence.FinishReason);
        }
        Assert.Contains(made, sequence => sequence.FinishReason == FinishReason.Stop);
        Assert.Contains(made, sequence => sequence.FinishReason == FinishReason.Length);
    }

    [Theory]
    [InlineData(0), InlineData(0.8)]
    public void A_response_is_independent_of_its_batch(double temperature)
    {
        using var decoder = TinyModels.Decoder("qwen3");
        var sampling = Warm with { Temperature = temperature, RepetitionPenalty = 1.2 };
        var together = new TokenGenerator(decoder, [2, 9]).Generate(Requests, sampling, CancellationToken.None);
        var shuffled = new TokenGenerator(decoder, [2, 9], padId: 3, new GenerationBudget { Rows = 4 }).Generate([.. Requests.Reverse().Skip(5)], sampling, CancellationToken.None);
        foreach (var sequence in shuffled)
            Assert.Equal(together.Single(one => one.Key == sequence.Key).NewIds, sequence.NewIds);
    }

    public static TheoryData<SamplingOptions> Cuts() =>
    [
        Warm with { Temperature = 0 }, Warm, Warm with { Temperature = 0.7, TopK = 5 }, Warm with { TopP = 0.8 }, Warm with { MinP = 0.1 },
        Warm with { Temperature = 1.3, TopK = 20, TopP = 0.9, MinP = 0.02, RepetitionPenalty = 1.1 },
    ];

    [Theory, MemberData(nameof(Cuts))]
    public void A_response_alone_is_the_one_in_a_batch_of_7_and_of_64(SamplingOptions sampling)
    {
        using var decoder = TinyModels.Decoder("qwen3", ScalarType.Float32, ("head_dim", 32));
        IReadOnlyList<GenerationRequest> all = [.. Enumerable.Range(0, 64).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [1, .. Enumerable.Range(0, i % 9).Select(j => (i * 7 + j * 3) % 40)] })];
        var many = new TokenGenerator(decoder, [2, 9]).Generate(all, sampling, CancellationToken.None);
        var seven = new TokenGenerator(decoder, [2, 9], budget: new GenerationBudget { Rows = 7 }).Generate(all, sampling, CancellationToken.None);
        Assert.Equal(many.Select(one => string.Join(' ', one.NewIds)), seven.Select(one => string.Join(' ', one.NewIds)));
        foreach (var i in (int[])[0, 8, 31, 32, 63]) Assert.Equal(many[i].NewIds, new TokenGenerator(decoder, [2, 9]).Generate([all[i]], sampling, CancellationToken.None)[0].NewIds);
        Assert.True(many.Select(one => string.Join(' ', one.NewIds)).Distinct().Count() > 20);
    }

    // TorchSharp frees a temporary number while an operator on another thread may still read it.
    [Theory, MemberData(nameof(Cuts))]
    public void Collections_of_garbage_while_tokens_are_drawn_change_nothing(SamplingOptions sampling)
    {
        using var decoder = TinyModels.Decoder("qwen3", ScalarType.Float32, ("head_dim", 32));
        IReadOnlyList<GenerationRequest> all = [.. Enumerable.Range(0, 64).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [1, 5 + (i % 30)] })];
        IEnumerable<string> Drawn() => [.. new TokenGenerator(decoder, [2, 9]).Generate(all, sampling, CancellationToken.None).Select(one => string.Join(' ', one.NewIds))];
        var quiet = Drawn();
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0); // a temporary number dies young, and short collections catch more moments than whole ones
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var round = 0; round < 60; round++) Assert.Equal(quiet, Drawn());
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }

    [Fact]
    public void Samples_of_a_prompt_come_together_differ_and_stay_when_more_are_drawn()
    {
        using var decoder = TinyModels.Decoder();
        var generator = new TokenGenerator(decoder, []);
        var four = generator.Generate(Requests, Warm with { SamplesPerPrompt = 4 }, CancellationToken.None);
        var two = generator.Generate(Requests, Warm with { SamplesPerPrompt = 2 }, CancellationToken.None);
        Assert.Equal(Requests.SelectMany(request => Enumerable.Range(0, 4).Select(sample => (request.Key, sample))), four.Select(one => (one.Key, one.Sample)));
        foreach (var one in two) Assert.Equal(one.NewIds, four.Single(other => other.Key == one.Key && other.Sample == one.Sample).NewIds);
        Assert.True(four.Select(one => string.Join(' ', one.NewIds)).Distinct().Count() > 100);
    }

    [Fact]
    public void Rows_drawn_side_by_side_are_those_drawn_one_after_the_other()
    {
        using var decoder = TinyModels.Decoder();
        var many = Warm with { SamplesPerPrompt = 20 }; // 600 rows: enough numbers a step for several threads
        var wide = new TokenGenerator(decoder, [2, 9], budget: new GenerationBudget { Rows = 600 }).Generate(Requests, many, CancellationToken.None);
        var narrow = new TokenGenerator(decoder, [2, 9], budget: new GenerationBudget { Rows = 8 }).Generate(Requests, many, CancellationToken.None);
        Assert.Equal(narrow.Select(one => (one.Key, one.Sample, string.Join(' ', one.NewIds))), wide.Select(one => (one.Key, one.Sample, string.Join(' ', one.NewIds))));
    }

    [Fact]
    public void Draws_follow_the_models_probabilities()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder();
        var sampling = Warm with { MaxNewTokens = 1, SamplesPerPrompt = 4000, TopK = 6 };
        var counts = new int[decoder.VocabularySize];
        foreach (var one in new TokenGenerator(decoder, []).Generate([Requests[3]], sampling, CancellationToken.None)) counts[one.NewIds[0]]++;
        using var noGradients = no_grad();
        var probabilities = Numbers.Of(decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(Requests[3].PromptIds) }))[0, -1]);
        NextTokenDistribution.FromLogits(probabilities, sampling, []);
        foreach (var (id, probability) in probabilities.Index())
        {
            var standardError = Math.Sqrt(4000 * probability * (1 - probability));
            Assert.InRange(counts[id], 4000 * probability - 4.5 * standardError, 4000 * probability + 4.5 * standardError); // the seed is fixed: this cannot flicker
        }
    }

    [Fact]
    public void A_response_ends_where_the_models_positions_do()
    {
        using var decoder = TinyModels.Decoder();
        GenerationRequest Of(string key, int length) => new() { Key = key, PromptIds = [.. Enumerable.Repeat(1, length)] };
        var made = new TokenGenerator(decoder, []).Generate([Of("long", 60), Of("short", 30)], Warm, CancellationToken.None);
        Assert.Equal([4, 12], made.Select(one => one.NewIds.Count));
        Assert.All(made, one => Assert.Equal(FinishReason.Length, one.FinishReason));
        var full = Assert.Throws<ArgumentException>(() => new TokenGenerator(decoder, []).Generate([Of("full", 64)], Warm, CancellationToken.None));
        Assert.Contains("64 positions", full.Message);
    }

    [Fact]
    public void Requests_that_make_no_sense_are_refused()
    {
        using var decoder = TinyModels.Decoder();
        var generator = new TokenGenerator(decoder, [2]);
        string Refusal(SamplingOptions sampling, params IReadOnlyList<GenerationRequest> requests) =>
            Assert.ThrowsAny<ArgumentException>(() => generator.Generate(requests, sampling, CancellationToken.None)).Message;
        Assert.Contains("'a'", Refusal(Warm, new() { Key = "a", PromptIds = [1] }, new() { Key = "a", PromptIds = [2] }));
        Assert.Contains("empty", Refusal(Warm, new GenerationRequest { Key = "a", PromptIds = [] }));
        Assert.Contains("token 40", Refusal(Warm, new GenerationRequest { Key = "a", PromptIds = [40] }));
        Assert.Contains("MaxNewTokens", Refusal(Warm with { MaxNewTokens = 0 }, Requests[0]));
        Assert.Throws<ArgumentException>(() => new TokenGenerator(decoder, [40]));
        Assert.Empty(generator.Generate([], Warm, CancellationToken.None));
    }

    [Fact]
    public void Cancellation_is_thrown()
    {
        using var decoder = TinyModels.Decoder();
        Assert.Throws<OperationCanceledException>(() => new TokenGenerator(decoder, []).Generate(Requests, Warm, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Broken_weights_are_reported_with_the_prompt()
    {
        using var decoder = TinyModels.Decoder();
        using (no_grad()) decoder.Parameters["model.norm.weight"].fill_(double.NaN);
        Assert.Contains("'item-0'", Assert.Throws<UserErrorException>(() => new TokenGenerator(decoder, []).Generate([Requests[0]], Warm, CancellationToken.None)).Message);
    }

    [Fact]
    public void Generation_leaves_no_tensors_and_no_gradients_behind()
    {
        using var decoder = TinyModels.Decoder();
        decoder.Parameters.RequireGradients(true);
        using var scope = NewDisposeScope();
        new TokenGenerator(decoder, [2]).Generate(Requests, Warm with { SamplesPerPrompt = 3 }, CancellationToken.None);
        Assert.Equal(0, scope.DisposablesCount);
        Assert.True(is_grad_enabled());
    }

    private static List<int> OneByOne(LlamaDecoder decoder, GenerationRequest request, SamplingOptions sampling, int[] eos)
    {
        using var noGradients = no_grad();
        var stream = new RandomStream(sampling.Seed, $"sampling/{request.Key}/0");
        var ids = new List<int>();
        while (ids.Count < sampling.MaxNewTokens && (ids.Count == 0 || !eos.Contains(ids[^1])))
        {
            using var scope = NewDisposeScope();
            var probabilities = Numbers.Of(decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([.. request.PromptIds, .. ids]) }))[0, -1]);
            NextTokenDistribution.FromLogits(probabilities, sampling, []);
            ids.Add(NextTokenDistribution.Pick(probabilities, stream.NextDouble()));
        }
        return ids;
    }
}
