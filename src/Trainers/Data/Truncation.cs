namespace SafetyGate.Trainers.Data;

/// <summary>Cuts sequences to a number of tokens, prompt and completion together, as TRL's <c>truncation_mode</c> does.</summary>
internal static class Truncation
{
    /// <summary>An example of at most that many tokens. Nothing may be left of its completion, or of its prompt.</summary>
    /// <param name="example">The example; itself when it fits.</param>
    /// <param name="length">Most tokens, 1 or more.</param>
    /// <param name="mode">Which are kept.</param>
    public static TokenExample Of(TokenExample example, int length, TruncationMode mode)
    {
        if (example.Length <= length) return example;
        var start = mode == TruncationMode.KeepStart ? 0 : example.Length - length;
        return example with
        {
            PromptIds = [.. example.PromptIds.Skip(start).Take(length)],
            CompletionIds = [.. example.CompletionIds.Skip(Math.Max(0, start - example.PromptIds.Count)).Take(Math.Max(0, start + length - Math.Max(start, example.PromptIds.Count)))],
            Learned = example.Learned is { } learned ? [.. learned.Skip(start).Take(length)] : null,
        };
    }

    /// <summary>A pair whose completions are cut at their end, so that each has at most that many tokens with the prompt.</summary>
    /// <param name="pair">The pair; itself when it fits.</param>
    /// <param name="length">Most tokens, 1 or more.</param>
    public static PreferencePair Of(PreferencePair pair, int length)
    {
        if (pair.Length <= length) return pair;
        var left = Math.Max(0, length - pair.PromptIds.Count);
        return pair with { PromptIds = [.. pair.PromptIds.Take(length)], ChosenIds = [.. pair.ChosenIds.Take(left)], RejectedIds = [.. pair.RejectedIds.Take(left)] };
    }

    /// <summary>A sentence about how many were cut; <c>null</c> for none.</summary>
    /// <param name="cut">How many.</param>
    /// <param name="total">Of how many.</param>
    /// <param name="what">What they are, such as <c>pairs</c>.</param>
    /// <param name="length">Tokens that were kept.</param>
    /// <param name="mode">Which.</param>
    public static string? Tell(int cut, int total, string what, int length, TruncationMode mode) => cut == 0
        ? null
        : Invariant($"{cut} of {total} {what} ({(double)cut / total:P1}) are longer than {length} tokens and are cut at their {(mode == TruncationMode.KeepStart ? "end" : "start")}.");
}
