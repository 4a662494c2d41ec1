namespace SafetyGate.Harness.Reports;

/// <summary>One item of a metric with its answers and scores before and now: a line of a file of items.</summary>
public sealed record ReportedItem
{
    /// <summary>Characters of a prompt or an answer that are kept; the full text is in the benchmark or the run store.</summary>
    public const int LongestText = 1000;

    /// <summary>Characters of an id, a reason or a name that are kept.</summary>
    internal const int LongestName = 200;

    /// <summary>Id of the item.</summary>
    public required string Id { get; init; }

    /// <summary>Suite of the item, when several are pooled.</summary>
    public string? Suite { get; init; }

    /// <summary>Its category; <c>null</c> when it has none.</summary>
    public string? Category { get; init; }

    /// <summary>The behavior behind it; <c>null</c> when it has none.</summary>
    public string? Behavior { get; init; }

    /// <summary>The prompt, cut to <see cref="LongestText"/> characters.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The answer of the model that is judged.</summary>
    public required ReportedAnswer Now { get; init; }

    /// <summary>The answer of the untuned model, or of the one served before; <c>null</c> if there is none.</summary>
    public ReportedAnswer? Untuned { get; init; }

    /// <summary>The answer of the approved run; <c>null</c> if the item was not compared with one.</summary>
    public ReportedAnswer? Approved { get; init; }

    /// <summary>Place in a page that has no room for all, 0 first: what got worse, then what the approved run did otherwise, what fails, the rest.</summary>
    internal int Rank =>
        Approved is { } approved && Now.Value < approved.Value ? 0
        : Untuned is { } untuned && Now.Value < untuned.Value ? 1
        : Approved is { } then && Now.Value > then.Value ? 2
        : Now.Value < Passing ? 3
        : Untuned is { } first && Now.Value > first.Value ? 4
        : LastRank;

    /// <summary>The last place.</summary>
    internal const int LastRank = 5;

    /// <summary>The value from which on an item passes.</summary>
    internal const double Passing = Analysis.Patterns.AskedFile.Passing;

    /// <summary>A text of at most so many characters: whole, or cut with a mark.</summary>
    internal static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return text[..end] + Invariant($"… ({text.Length - end} more characters)");
    }
}
