using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>Power of a gate of one 0/1 sample an item.</summary>
public sealed record PowerQuestion
{
    /// <summary>Items of the benchmark; <c>null</c> when the question is how many are needed.</summary>
    public int? Items { get; init; }

    /// <summary>
    /// Items of each behavior, where items share them; <c>null</c> if each item is a separate unit. One number computes how many such
    /// behaviors are needed.
    /// </summary>
    public IReadOnlyList<int>? Sizes { get; init; }

    /// <summary>
    /// How alike the differences of one behavior's items are: the intraclass correlation, in [0, 1]. Default 1, the worst case: behaviors
    /// flip whole.
    /// </summary>
    public double Correlation { get; init; } = 1;

    /// <summary>Margin τ, as a share; .02 is two points.</summary>
    public required double Margin { get; init; }

    /// <summary>One-sided level. Default .05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Share of the items that differ between two trainings, or two draws, of the same thing.</summary>
    public required double Discordance { get; init; }

    /// <summary>
    /// Comparisons of the run over which Holm adjusts a drop; the last place is assumed, where α is divided by all of them. Default 1.
    /// </summary>
    public int Family { get; init; } = 1;

    /// <summary>A drop, as a share, for which the required items are computed; <c>null</c> for none.</summary>
    public double? Drop { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the question is valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Items is < 1 or > MostItems) yield return Invariant($"The items are {Items}; they must lie between 1 and {MostItems}.");
        if (Sizes is { } sizes && (sizes.Count == 0 || sizes.Any(size => size < 1)))
            yield return "The behaviors hold no items; each needs 1 or more.";
        if (!(Correlation >= 0 && Correlation <= 1)) yield return Invariant($"The correlation is {Correlation}; it must lie in [0, 1]: 0 for items that flip by themselves, 1 for behaviors that flip whole.");
        if (!(Margin > 0 && Margin < 1))
            yield return Invariant($"The margin is {Margin}; it must lie between 0 and 1 (0.02 is two points).");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"Alpha is {Alpha}; it must lie between 0 and 0.5.");
        if (!(Discordance >= 0 && Discordance <= 1)) yield return Invariant($"The discordance is {Discordance}; it must lie in [0, 1], the share of items that differ between two trainings of the same thing.");
        if (Family < 1) yield return Invariant($"The family is {Family}; it must be 1 or more comparisons.");
        if (Drop is { } drop && !(drop > 0 && drop + Discordance <= 1))
            yield return Invariant($"The drop is {drop}; it must be above 0, and with the discordance of {Discordance} at most 1.");
    }

    /// <summary>Where searches for a number of items end.</summary>
    public const int MostItems = 20_000;

    /// <summary>
    /// Answers it, by enumeration of all paired tables, or, for behaviors that do not flip whole, by simulation from seeded streams.
    /// </summary>
    /// <exception cref="ArgumentException">The question has problems.</exception>
    public PowerAnswer Answer()
    {
        if (string.Join(" ", Problems()) is { Length: > 0 } problems) throw new ArgumentException(problems);
        return Sizes is not null && Sizes.Any(size => size > 1) ? PowerAnswer.OfBehaviors(this) : PowerAnswer.Of(this);
    }
}
