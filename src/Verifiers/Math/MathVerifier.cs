using System.Text.RegularExpressions;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Verifies the answer after the last <c>#### </c> of a response, as GSM8K and the pocket world write it: a whole or decimal
/// number (sign, <c>$</c>, thousands separators) or one word. The same object grades a benchmark and rewards in training.
/// </summary>
/// <remarks>
/// A wrong accept is worse than a miss, so whatever follows the marker must be the answer and nothing else up to the end of the
/// line (a full stop or <c>**</c> around it aside). A finished response without the marker gave no answer and scores 0. A truncated one is
/// unscored even when it holds a marker: the number may have been cut (<c>#### 1</c> of <c>#### 15</c>). Numbers are compared exactly.
/// Reasoning is left out first (<see cref="Spoken"/>): a marker in it is no answer.
/// </remarks>
public sealed class MathVerifier : IDirectedScorer, IReward
{
    private const int LongestAnswer = 200;

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.Capability;

    /// <inheritdoc cref="IScorer.Name"/>
    public string Name => "math";

    /// <inheritdoc cref="IScorer.Version"/>
    public string Version => "3";

    /// <summary>Scores a response: 1 when its answer equals the item's, 0 when it does not, else unscored.</summary>
    public ItemScore Score(BenchmarkItem item, Response response)
    {
        if (Read(GoldOf(item)) is not { } gold)
            return ItemScore.Unscored($"item '{item.Id}' has no answer that can be verified ('{item.Answer}')", "no-gold");
        if (response.FinishReason == FinishReason.Error) return ItemScore.Unscored($"no response: {response.Error}", "no-response");
        if (string.IsNullOrWhiteSpace(response.Text)) return ItemScore.Unscored("empty", "empty");
        if (response.FinishReason == FinishReason.Length) return ItemScore.Unscored("truncated: the answer may have been cut", "truncated");
        if (Spoken.Of(response.Text) is not { } spoken) return ItemScore.Unscored("it ended within its reasoning, before an answer", "reasoning");
        if (AfterMarker(spoken) is not { } said) return ItemScore.Of(0, "a finished response without '#### answer'", "no-marker");
        if (Read(said) is not { } answer)
            return ItemScore.Unscored($"unparsable: '{Shorten(said)}' after #### is neither a number nor a word", "unparsable");
        return answer == gold
            ? ItemScore.Of(1, $"the answer is {answer}", "equal")
            : ItemScore.Of(0, $"the answer is {answer}, expected {gold}", "different");
    }

    /// <summary>
    /// 1 for a right answer in a response the model ended itself, 0 for anything else, <c>null</c> for items without an answer.
    /// </summary>
    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
        [.. batch.Select(b => Read(GoldOf(b.Item)) is null ? (double?)null : b.Response.FinishReason == FinishReason.Stop && Score(b.Item, b.Response).Value == 1 ? 1 : 0)];

    /// <summary>The text after the last <c>#### </c> up to the end of its line; <c>null</c> when there is no marker.</summary>
    public static string? AfterMarker(string text)
    {
        // Line by line from the end: one pattern over the whole text would take a time quadratic in its length.
        for (var end = text.Length; end >= 0;)
        {
            var start = end == 0 ? 0 : text.LastIndexOfAny(['\r', '\n'], end - 1) + 1;
            var match = Marker.Match(text[start..end]);
            if (match.Success) return text[(start + match.Index + match.Length)..end].Trim();
            end = start - 1;
        }

        return null;
    }

    private static string? GoldOf(BenchmarkItem item) => item.Answer is null ? null : AfterMarker(item.Answer) ?? item.Answer;

    // The canonical form: a number without separators and trailing zeros, or a word in lower case; null when it is neither.
    private static string? Read(string? text)
    {
        if (text is null || text.Length > LongestAnswer) return null;
        var bare = text.Trim().TrimEnd('.').Trim().Trim('*').Trim().TrimEnd('.').TrimEnd();
        if (Word.IsMatch(bare)) return bare.ToLowerInvariant();
        var number = Number.Match(bare);
        if (!number.Success) return null;
        var whole = number.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal).TrimStart('0');
        var fraction = number.Groups["fraction"].Value.TrimEnd('0');
        var digits = (whole.Length == 0 ? "0" : whole) + (fraction.Length == 0 ? "" : "." + fraction);
        return digits == "0" || !number.Groups["minus"].Success ? digits : "-" + digits;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static Regex Marker => field ??= Pattern.Of(@"(?<!#)####[ \t]+");

    private static Regex Word => field ??= Pattern.Of(@"^\p{L}+$");

    private static Regex Number => field ??= Pattern.Of(@"^(?:\+|(?<minus>[-\u2212]))?[ ]?\$?[ ]?(?:(?<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))$");
}
