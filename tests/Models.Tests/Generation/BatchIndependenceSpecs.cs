using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using static System.FormattableString;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>A response alone is the one in a batch of 7 and of 64, for every model of the conformance data.</summary>
public sealed class BatchIndependenceSpecs
{
    public static TheoryData<string> Models() => ConformanceCases.Find("models", "config.json", SearchOption.AllDirectories) is { Count: > 0 } found ? [.. found.Select(file => Path.GetDirectoryName(file)!)] : [""];

    [Theory, MemberData(nameof(Models))]
    public void A_response_alone_is_the_one_in_a_batch_of_7_and_of_64(string model)
    {
        using var decoder = DecoderFactory.Load(ConformanceCases.Require(model));
        var room = Math.Min(24, decoder.MaxPositions - 24);
        foreach (var sampling in Ways(Math.Min(20, decoder.MaxPositions - room)))
        {
            IReadOnlyList<GenerationRequest> all = [.. Enumerable.Range(0, 64).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [.. Enumerable.Range(0, 1 + (i * 5 % room)).Select(j => ((i * 31) + (j * 17)) % decoder.VocabularySize)] })];
            IReadOnlyList<string> Drawn(int rows, IReadOnlyList<GenerationRequest> requests) => [.. new TokenGenerator(decoder, [3, 7], 1, new GenerationBudget { Rows = rows }).Generate(requests, sampling, CancellationToken.None).Select(one => string.Join(' ', one.NewIds))];
            var together = Drawn(64, all);
            Assert.Equal(together, Drawn(7, all));
            foreach (var i in (int[])[0, 6, 31, 32, 63]) Assert.Equal(together[i], Drawn(1, [all[i]])[0]);
            Assert.True(together.Distinct().Count() > 20);
        }
    }

    private static IEnumerable<SamplingOptions> Ways(int tokens)
    {
        var warm = new SamplingOptions { MaxNewTokens = tokens, Temperature = 1, Seed = 8 };
        return [warm with { Temperature = 0 }, warm, warm with { Temperature = 0, RepetitionPenalty = 1.3 }, warm with { Temperature = 0.8, TopK = 12, TopP = 0.9, MinP = 0.01, RepetitionPenalty = 1.2 }];
    }
}
