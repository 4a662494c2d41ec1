using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>
/// A tokenizer.json at random over what the format has: every model, normalizer, pre-tokenizer, post-processor and decoder with their
/// options, alone and in sequences, and added tokens of every kind.
/// </summary>
internal static class RandomTokenizer
{
    /// <summary>The file of a seed and a number.</summary>
    public static JsonObject Of(ulong seed, int index)
    {
        var draw = new Draw(new RandomStream(seed, FormattableString.Invariant($"tokenizer {index}")));
        var texts = new RandomTexts(new RandomStream(seed, FormattableString.Invariant($"corpus {index}")), []);
        var normalizer = draw.OneIn(3) ? null : RandomNormalizers.Of(draw, 0);
        var pre = draw.OneIn(8) ? null : RandomPreTokenizers.Of(draw, 0);
        var model = RandomModels.Of(draw, texts, pre);
        var (added, count) = RandomAddedTokens.Of(draw, model);
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = pre,
            ["post_processor"] = draw.Either() ? null : RandomPostProcessors.Of(draw, count, 0),
            ["decoder"] = draw.OneIn(6) ? null : RandomDecoders.Of(draw, 0),
            ["model"] = model,
        };
    }
}
