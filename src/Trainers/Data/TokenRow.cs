namespace SafetyGate.Trainers.Data;

/// <summary>One row of a batch before padding: one sequence, or several packed behind one another.</summary>
public sealed record TokenRow
{
    /// <summary>Label of a token that is not to be predicted, the same as torch's ignore index.</summary>
    public const int Ignored = -100;

    /// <summary>The tokens.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>
    /// For each token itself, or <see cref="Ignored"/>. The token at t is predicted at t - 1, so the first of a sequence never is.
    /// </summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>Lengths of the sequences in the row, in order; their sum is the row's length.</summary>
    public required IReadOnlyList<int> SequenceLengths { get; init; }

    /// <summary>Ids of the examples the row holds tokens of.</summary>
    public required IReadOnlyList<string> ExampleIds { get; init; }

    /// <summary>An example as a separate row.</summary>
    /// <param name="example">The example.</param>
    /// <param name="completionOnly">Whether only the completion is predicted, not the prompt.</param>
    /// <exception cref="ArgumentException">The example has no tokens, or not one mark a token.</exception>
    public static TokenRow Of(TokenExample example, bool completionOnly = true)
    {
        if (example.Length == 0) throw new ArgumentException($"Example '{example.Id}' has no tokens.", nameof(example));
        int[] ids = [.. example.PromptIds, .. example.CompletionIds];
        var labels = (int[])ids.Clone();
        if (completionOnly) Array.Fill(labels, Ignored, 0, example.PromptIds.Count);
        if (example.Learned is { } learned)
        {
            if (learned.Count != ids.Length) throw new ArgumentException(Invariant($"Example '{example.Id}' has {ids.Length} tokens and {learned.Count} marks."), nameof(example));
            for (var t = 0; t < labels.Length; t++)
                if (!learned[t]) labels[t] = Ignored;
        }

        return new() { Ids = ids, Labels = labels, SequenceLengths = [ids.Length], ExampleIds = [example.Id] };
    }

    /// <summary>Tokens that are predicted: labels that are not ignored, the first of each sequence left out.</summary>
    public int TargetCount()
    {
        var (count, start) = (0, 0);
        foreach (var length in SequenceLengths)
        {
            for (var t = start + 1; t < start + length; t++)
                if (Labels[t] != Ignored) count++;
            start += length;
        }

        return count;
    }
}
