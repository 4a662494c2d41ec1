using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>Puts the responses of both sides beside the items that flipped.</summary>
public static class FlippedItems
{
    /// <summary>The flipped items of a comparison with their texts, lost ones first.</summary>
    /// <param name="decision">The decision; no items if it does not rest on a paired comparison.</param>
    /// <param name="prompts">The prompts, by id of the item.</param>
    /// <param name="texts">Response texts by their SHA-256; missing texts are shown as not in this store.</param>
    public static IReadOnlyList<FlippedItem> Of(Decision decision, IReadOnlyDictionary<string, string> prompts,
        IReadOnlyDictionary<string, string> texts)
    {
        if (decision.Claim is not PairedClaim claim || Shown(decision) is not { Count: > 0 } shown) return [];
        var before = claim.Approved!.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        var now = claim.Now.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        return [.. shown.Select(item => new FlippedItem
        {
            Id = item.Id,
            Lost = item.WorstDifference < 0,
            Category = item.Category,
            Prompt = prompts.TryGetValue(item.Id, out var prompt) ? FlippedResponse.Cut(prompt) : null,
            Before = Responses(before[item.Id], texts),
            Now = Responses(now[item.Id], texts),
        })];
    }

    /// <summary>Digests of the approved side's responses to the items that are shown, for the lookup of their texts.</summary>
    public static IReadOnlySet<string> DigestsBefore(Decision decision)
    {
        var ids = Shown(decision).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        return ids.Count == 0 || decision.Claim is not PairedClaim claim
            ? new HashSet<string>()
            : claim.Approved!.Items.Where(i => ids.Contains(i.Id)).SelectMany(i => i.ResponseDigests).ToHashSet(StringComparer.Ordinal);
    }

    private static List<PairedItem> Shown(Decision decision) => decision.Paired is { Comparison: var pairs }
        ? [.. pairs.Lost.Take(VerdictRecord.MostLost), .. pairs.Gained.Take(VerdictRecord.MostGained)]
        : [];

    private static List<FlippedResponse> Responses(ItemOutcome item, IReadOnlyDictionary<string, string> texts)
    {
        var unscored = new Queue<string>(item.UnscoredReasons);
        return [.. item.ResponseDigests.Zip(item.Scores, Enumerable.Range(0, item.Scores.Count)).Select(sample => (Digest: sample.First, Score: sample.Second, By: ScoreOverrides.Find(item, sample.Third)?.Who)).Select(sample => new FlippedResponse
        {
            Digest = sample.Digest,
            Text = texts.TryGetValue(sample.Digest, out var text) ? FlippedResponse.Cut(text) : null,
            Score = sample.Score,
            By = sample.By,
            Reason = sample.Score is null && unscored.TryDequeue(out var reason) ? reason : "",
        })];
    }
}
