using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Grades free-form mathematical answers (boxed, in dollars, at the end of a sentence) by <see cref="AnswerEquivalence"/>; also a reward.
/// </summary>
/// <remarks>A truncated response is unscored, and earns nothing: its last expression need not be its answer.</remarks>
public sealed class MathAnswerScorer : IDirectedScorer, IReward
{
    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.Capability;

    /// <inheritdoc cref="IScorer.Name"/>
    public string Name => "math-answer";

    /// <inheritdoc cref="IScorer.Version"/>
    public string Version => "14";

    /// <summary>1 if the answer is equivalent to the item's, 0 if not, else unscored.</summary>
    public ItemScore Score(BenchmarkItem item, Response response)
    {
        if (item.Answer is null) return ItemScore.Unscored($"item '{item.Id}' has no answer", "no-gold");
        if (response.FinishReason == FinishReason.Error) return ItemScore.Unscored($"no response: {response.Error}", "no-response");
        if (string.IsNullOrWhiteSpace(response.Text)) return ItemScore.Unscored("empty", "empty");
        if (response.FinishReason == FinishReason.Length) return ItemScore.Unscored("truncated: the answer may have been cut", "truncated");
        if (response.Text.Length > AnswerEquivalence.LongestResponse)
            return ItemScore.Unscored(Invariant($"it has {response.Text.Length} characters, more than the {AnswerEquivalence.LongestResponse} that are read"), "too-long");
        var verdict = AnswerEquivalence.Compare(item.Answer, response.Text, item.Prompt);
        return verdict.Correct switch
        {
            true => ItemScore.Of(1, $"the answer is {Shorten(verdict.ParsedAnswer)}", "equal"),
            false => ItemScore.Of(0, $"the answer is {Shorten(verdict.ParsedAnswer)}, expected {Shorten(verdict.ParsedGold)}", "different"),
            null => ItemScore.Unscored($"unparsable: {verdict.Reason}", verdict.ParsedGold is null ? "no-gold" : "unparsable"),
        };
    }

    /// <summary>
    /// 1 for a right answer in a response the model ended itself, 0 for anything else, <c>null</c> for items without an answer.
    /// </summary>
    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
        [.. batch.Select(b => b.Item.Answer is null ? (double?)null : b.Response.FinishReason == FinishReason.Stop && Score(b.Item, b.Response).Value == 1 ? 1 : 0)];

    private static string? Shorten(string? text) => text is { Length: > 200 } ? text[..200] + "…" : text;
}
