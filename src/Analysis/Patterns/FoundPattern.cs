namespace SafetyGate.Analysis.Patterns;

/// <summary>Failures of one kind.</summary>
public sealed record FoundPattern
{
    /// <summary>The line that most of its failures have.</summary>
    public required string Name { get; init; }

    /// <summary>Ids of its failures.</summary>
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>Properties that its failures have more often than the other items.</summary>
    public required IReadOnlyList<PropertyShare> Properties { get; init; }

    /// <summary>The properties that name its slice, all of which an item of the slice has; empty if its failures lie everywhere.</summary>
    public required IReadOnlyList<PropertyShare> Slice { get; init; }

    /// <summary>Items of the slice, failed or not; 0 without a slice.</summary>
    public required int SliceItems { get; init; }

    /// <summary>Failed items of the slice, of this pattern or another.</summary>
    public required int SliceFailures { get; init; }

    /// <summary>The slice in words.</summary>
    public string SliceWords => Slice.Count == 0 ? "items of every kind" : string.Join(", ", Slice);
}
