namespace SafetyGate.Trainers.Data;

/// <summary>Drops examples that do not fit a model's context, and lists them.</summary>
public sealed record LengthLimit
{
    private LengthLimit(IReadOnlyList<TokenExample> kept, IReadOnlyList<string> droppedIds) => (Kept, DroppedIds) = (kept, droppedIds);

    /// <summary>Examples that fit, in order.</summary>
    public IReadOnlyList<TokenExample> Kept { get; }

    /// <summary>Ids of the examples that do not.</summary>
    public IReadOnlyList<string> DroppedIds { get; }

    /// <summary>Sorts the examples by whether they have at most <paramref name="maximum"/> tokens.</summary>
    public static LengthLimit Apply(IReadOnlyList<TokenExample> examples, int maximum) =>
        new([.. examples.Where(example => example.Length <= maximum)],
            [.. examples.Where(example => example.Length > maximum).Select(example => example.Id)]);
}
