namespace SafetyGate.Harness.Reports;

/// <summary>One response to a flipped item.</summary>
public sealed record FlippedResponse
{
    /// <summary>SHA-256 of the text; lower-case hex. Finds it in a run store.</summary>
    public required string Digest { get; init; }

    /// <summary>The text, cut after <see cref="LongestText"/> characters; <c>null</c> when it is not in this store.</summary>
    public string? Text { get; init; }

    /// <summary>The score in [0, 1]; <c>null</c> when unscored.</summary>
    public double? Score { get; init; }

    /// <summary>Who put the score in the place of the scorer's; <c>null</c> if it is the scorer's.</summary>
    public string? By { get; init; }

    /// <summary>Reason for the score, or for its absence; empty if none was given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Characters of a text that are kept in a report; the full text is in the run store.</summary>
    public const int LongestText = 4000;

    /// <summary>A text as it is kept: whole, or cut with a mark.</summary>
    public static string Cut(string text)
    {
        if (text.Length <= LongestText) return text;
        var end = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return text[..end] + Invariant($"… ({text.Length - end} more characters in the run store)");
    }
}
