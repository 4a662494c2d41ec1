namespace SafetyGate.Trainers.Data;

/// <summary>The preferences of a run that fit a model's context, and what is told of those that do not.</summary>
internal sealed record FittingPairs
{
    private FittingPairs(IReadOnlyList<PreferencePair> kept, string? leftOut, string? cut = null) => (Kept, LeftOut, Cut) = (kept, leftOut, cut);

    /// <summary>Pairs that fit, in order; at least one.</summary>
    public IReadOnlyList<PreferencePair> Kept { get; }

    /// <summary>A sentence about those left out; <c>null</c> for none.</summary>
    public string? LeftOut { get; }

    /// <summary>A sentence about those that were cut; <c>null</c> for none.</summary>
    public string? Cut { get; }

    /// <summary>Sorts them out.</summary>
    /// <param name="pairs">The preferences.</param>
    /// <param name="length">Most tokens of a prompt and one completion.</param>
    /// <param name="vocabulary">Tokens of the model.</param>
    /// <param name="maxDroppedShare">Most that may be left out, in [0, 1].</param>
    /// <param name="cuts">Whether longer completions are cut at their end instead of being left out. Those of which nothing is left, or whose two
    /// completions are the same then, are left out.</param>
    /// <exception cref="UserErrorException">None fits, more are left out than may be, or a token is not in the vocabulary.</exception>
    public static FittingPairs Of(IReadOnlyList<PreferencePair> pairs, int length, int vocabulary, double maxDroppedShare, bool cuts = false)
    {
        if (pairs.Count == 0) throw new UserErrorException("There are no preferences to learn from; give at least one pair.");
        if (pairs.FirstOrDefault(pair => pair.PromptIds.Concat(pair.ChosenIds).Concat(pair.RejectedIds).Any(id => id < 0 || id >= vocabulary)) is { } wrong)
            throw new UserErrorException(Invariant($"Pair '{wrong.Id}' has a token outside the vocabulary of {vocabulary}, so the model has no embedding for it; was it made with another tokenizer? Take the tokenizer that belongs to these weights."));
        if (cuts) return Shortened(pairs, length, maxDroppedShare);
        var kept = pairs.Where(pair => pair.Length <= length).ToList();
        if (kept.Count == 0)
            throw new UserErrorException(Invariant($"No preference is left to learn from: all {pairs.Count} pairs have a completion that is longer, with its prompt, than {length} tokens. Give other data, or a model with a longer context."));
        return new(kept, Data.LeftOut.Tell([.. pairs.Where(pair => pair.Length > length).Select(pair => pair.Id)], pairs.Count, "pairs", Invariant($"have a completion that is longer, with its prompt, than {length} tokens"), maxDroppedShare,
            "Raise max_length, shorten them, take a model with a longer context, or raise max_dropped_share."));
    }

    private static FittingPairs Shortened(IReadOnlyList<PreferencePair> pairs, int length, double maxDroppedShare)
    {
        var shortened = pairs.Select(pair => Truncation.Of(pair, length)).ToList();
        var kept = shortened.Where(Teaches).ToList();
        if (kept.Count == 0)
            throw new UserErrorException(Invariant($"No preference is left to learn from: of all {pairs.Count} pairs, cut to {length} tokens, nothing is left of a completion, or the two are the same. Raise max_length, or give other data."));
        var cut = pairs.Count(pair => pair.Length > length);
        return new(kept, Data.LeftOut.Tell([.. shortened.Where(pair => !Teaches(pair)).Select(pair => pair.Id)], pairs.Count, "pairs", Invariant($"have, cut to {length} tokens, nothing left of a completion or two that are the same"), maxDroppedShare,
            "Raise max_length, shorten the prompts, or raise max_dropped_share."), Truncation.Tell(cut, pairs.Count, "pairs", length, TruncationMode.KeepStart));
    }

    private static bool Teaches(PreferencePair pair) => pair.ChosenIds.Count > 0 && pair.RejectedIds.Count > 0 && !pair.ChosenIds.SequenceEqual(pair.RejectedIds);
}
