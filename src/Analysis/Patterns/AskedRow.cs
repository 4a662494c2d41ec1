namespace SafetyGate.Analysis.Patterns;

/// <summary>One row of a file of items, before it is known whether it failed.</summary>
public sealed record AskedRow
{
    /// <summary>Unique in the file; the row's number where it has none.</summary>
    public required string Id { get; init; }

    /// <summary>The question.</summary>
    public required string Prompt { get; init; }

    /// <summary>The response; <c>null</c> if the file has none.</summary>
    public string? Response { get; init; }

    /// <summary>The right answer; <c>null</c> if the file has none.</summary>
    public string? Answer { get; init; }

    /// <summary>The score in [0, 1]; <c>null</c> if the file has none.</summary>
    public double? Score { get; init; }

    /// <summary>All other columns.</summary>
    public IReadOnlyList<ItemProperty> Fields { get; init; } = [];

    /// <summary>The item with a response and its score.</summary>
    /// <param name="response">The response.</param>
    /// <param name="score">Its score; <c>null</c> if it could not be scored, which counts as failed.</param>
    /// <param name="unscored">Why not.</param>
    public AskedItem With(string response, double? score, string? unscored = null) => new()
    {
        Id = Id,
        Prompt = Prompt,
        Response = response,
        Answer = Answer,
        Failed = score is not >= AskedFile.Passing,
        Unscored = score is null ? unscored ?? "no score" : null,
        Fields = Fields,
    };
}
