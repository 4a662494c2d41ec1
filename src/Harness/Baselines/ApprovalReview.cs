using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// What approving a received result would mean: the rates before and then, the difference with its interval, the flipped items, what the
/// guards will say of it, and whether it would lower the bar.
/// </summary>
/// <param name="Key">Which baseline.</param>
/// <param name="Lines">The review, line by line.</param>
/// <param name="Harm">Why it lowers the bar, one sentence; <c>null</c> if it does not.</param>
public sealed record ApprovalReview(BaselineKey Key, IReadOnlyList<TextLine> Lines, string? Harm)
{
    /// <summary>Rates of the first metric before and then, such as <c>0.99 → 0.9 Regressed</c>; for lists.</summary>
    public required string Summary { get; init; }

    /// <summary>True if a metric's anchor is the untuned reference, which no result file holds.</summary>
    public required bool NeedsReference { get; init; }

    /// <summary>The review of a received result.</summary>
    /// <param name="store">The baselines.</param>
    /// <param name="key">Which of them.</param>
    /// <param name="received">The result.</param>
    public static ApprovalReview Of(BaselineStore store, BaselineKey key, ResultDocument received)
    {
        var (standing, first, problem) = Standing(store, key);
        List<TextLine> lines = [];
        if (problem is not null) lines.Add(new("before", problem));
        var reviews = received.Metrics.Select(metric => MetricReview.Of(metric, standing, first)).ToList();
        lines.AddRange(reviews.SelectMany(review => review.Lines));
        var kl = received.Kl.Select(now => KlReview(now, standing?.Kl.FirstOrDefault(then => then.Metric == now.Metric))).ToList();
        lines.AddRange(kl.SelectMany(review => review.Lines));
        List<string> harms = [.. standing is null && problem is not null ? [$"Nothing shows that it is as good as what was approved: {problem}"] : Array.Empty<string>(), .. reviews.Select(review => review.Harm).Concat(kl.Select(review => review.Harm)).OfType<string>()];
        return new(key, lines, harms.Count > 0 ? string.Join(" ", harms) : null)
        {
            Summary = reviews.Select(review => review.Summary).Concat(kl.Select(review => review.Lines[0].Words)).FirstOrDefault() ?? "",
            NeedsReference = received.Metrics.Any(metric => metric.Gate is { Anchor: AnchorKind.UntunedReference }),
        };
    }

    // A baseline that is not the approved file is compared with as it lies: that it was edited must not excuse the result.
    private static (ResultDocument? Standing, ResultDocument? First, string? Problem) Standing(BaselineStore store, BaselineKey key)
    {
        try
        {
            var standing = store.Approved(key);
            if (standing is null && File.Exists(store.NotePath(key)))
                return (null, null, $"{store.VerifiedPath(key)} is gone, and its approval note is there. Restore the file from version control, or delete the note in a reviewed change.");
            return (standing, store.FirstApproved(key), null);
        }
        catch (UserErrorException e)
        {
            return (store.AsItLies(key), null, e.Message);
        }
    }

    private static (IReadOnlyList<TextLine> Lines, string? Harm) KlReview(KlResult now, KlResult? then)
    {
        var harm = then is not null && now.Mean > then.Mean + Math.Min(now.Margin, then.Margin)
            ? Invariant($"The KL on {now.Metric} rises from {then.Mean:0.#####} to {now.Mean:0.#####} nats, above its budget of {Math.Min(now.Margin, then.Margin):0.#####} nats beyond what was approved.")
            : null;
        return ([new("kl", Invariant($"{now.Metric}: {(then is null ? "none" : Invariant($"{then.Mean:0.#####}"))} → {now.Mean:0.#####} nats on {now.Prompts.Count} prompts; the next run may have {now.Mean + now.Margin:0.#####}"))], harm);
    }
}
