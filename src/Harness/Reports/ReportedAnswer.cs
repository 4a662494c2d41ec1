namespace SafetyGate.Harness.Reports;

/// <summary>What one model answered to an item, and how that was scored; of several samples the worst one.</summary>
public sealed record ReportedAnswer
{
    /// <summary>The text, cut to <see cref="ReportedItem.LongestText"/> characters; <c>null</c> when only its digest is known here.</summary>
    public string? Text { get; init; }

    /// <summary>Mean score of the samples, in [0, 1], 1 the good end; an unscored one counts against the model: as 0 now, as 1 before.</summary>
    public required double Value { get; init; }

    /// <summary>How many samples are unscored.</summary>
    public int Unscored { get; init; }

    /// <summary>Reason for the score of the text, or for its absence; empty if none is known.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who put the score of the text in the place of the scorer's; <c>null</c> if it is the scorer's.</summary>
    public string? By { get; init; }
}
