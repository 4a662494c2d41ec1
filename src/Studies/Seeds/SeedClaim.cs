using SafetyGate.Harness.Statistics;

namespace SafetyGate.Studies.Seeds;

/// <summary>One row of a section: a claim, what it needs, and how it came out.</summary>
public sealed record SeedClaim
{
    /// <summary>Level of the intervals.</summary>
    public const double Level = 0.95;

    /// <summary>What is claimed, in a few words.</summary>
    public required string Claim { get; init; }

    /// <summary>What the figure has to be, such as <c>lower limit above 0</c>; <c>reported</c> where nothing is required of it.</summary>
    public required string Needs { get; init; }

    /// <summary>The figure; <c>null</c> where it is not defined.</summary>
    public double? Value { get; init; }

    /// <summary>Its interval at <see cref="Level"/>; <c>null</c> where there is none.</summary>
    public Interval? Limits { get; init; }

    /// <summary>The figure of each seed, or fewer where it is one of all.</summary>
    public IReadOnlyList<double> BySeed { get; init; } = [];

    /// <summary>How many seeds it rests on.</summary>
    public required int Seeds { get; init; }

    /// <summary>Whether it is a negative control: what must not be found where nothing was planted.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether the section's verdict rests on it; false for a figure that is only reported.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>How it came out.</summary>
    public required SeedVerdict Verdict { get; init; }

    /// <summary>A remark, such as why it is inconclusive; may be empty.</summary>
    public string Remark { get; init; } = "";

    /// <summary>A claim that a figure lies above a limit, from one figure a seed: Student's t over the seeds.</summary>
    /// <param name="claim">What is claimed.</param>
    /// <param name="bySeed">The figure of each seed; one or more, finite.</param>
    /// <param name="limit">What it has to be above.</param>
    /// <param name="required">Whether the section's verdict rests on it.</param>
    /// <param name="control">Whether it is a negative control.</param>
    /// <remarks>Equal figures have no t interval; then the figure itself is compared, and the remark says so. One seed tells nothing.</remarks>
    public static SeedClaim Above(string claim, IReadOnlyList<double> bySeed, double limit, bool required = true, bool control = false) =>
        OverSeeds(claim, bySeed, required, control, required ? Invariant($"lower limit above {limit:0.###}") : "reported",
            limits => limits.Lower > limit ? SeedVerdict.Yes : limits.Upper < limit ? SeedVerdict.No : SeedVerdict.Inconclusive, value => value > limit);

    /// <summary>A control: that a figure is not shown to lie above a limit.</summary>
    /// <inheritdoc cref="Above"/>
    public static SeedClaim NotAbove(string claim, IReadOnlyList<double> bySeed, double limit) => OverSeeds(claim, bySeed, true, true,
        Invariant($"lower limit not above {limit:0.###}"), limits => limits.Lower > limit ? SeedVerdict.No : SeedVerdict.Yes, value => value <= limit);

    /// <summary>A claim that a figure is a value, up to a tolerance: what a control must show. The interval has to lie inside.</summary>
    /// <inheritdoc cref="Above"/>
    /// <param name="claim">What is claimed.</param>
    /// <param name="bySeed">The figure of each seed; one or more, finite.</param>
    /// <param name="value">What it should be.</param>
    /// <param name="tolerance">How far it may be from that.</param>
    /// <param name="control">Whether it is a negative control.</param>
    public static SeedClaim Near(string claim, IReadOnlyList<double> bySeed, double value, double tolerance, bool control = true) =>
        OverSeeds(claim, bySeed, true, control, Invariant($"interval within {value:0.###} ± {tolerance:0.###}"),
            limits => limits.Lower >= value - tolerance && limits.Upper <= value + tolerance ? SeedVerdict.Yes
                : limits.Upper < value - tolerance || limits.Lower > value + tolerance ? SeedVerdict.No : SeedVerdict.Inconclusive,
            mean => Math.Abs(mean - value) <= tolerance);

    /// <summary>A claim whose verdict needs no interval, such as a count.</summary>
    /// <param name="claim">What is claimed.</param>
    /// <param name="needs">What is needed.</param>
    /// <param name="value">The figure.</param>
    /// <param name="holds">Whether it is as needed.</param>
    /// <param name="seeds">How many seeds it rests on.</param>
    /// <param name="control">Whether it is a negative control.</param>
    public static SeedClaim Exact(string claim, string needs, double value, bool holds, int seeds, bool control = false) =>
        new() { Claim = claim, Needs = needs, Value = value, Seeds = seeds, IsControl = control, Verdict = holds ? SeedVerdict.Yes : SeedVerdict.No };

    private static SeedClaim OverSeeds(string claim, IReadOnlyList<double> bySeed, bool required, bool control, string needs, Func<Interval, SeedVerdict> decide,
        Func<double, bool> holds)
    {
        if (bySeed.Count == 0 || bySeed.Any(value => !double.IsFinite(value))) throw new ArgumentException($"'{claim}' has no figure, or one that is not finite.", nameof(bySeed));
        var mean = bySeed.Count == 1 ? bySeed[0] : StudentMean.Of(bySeed).Mean;
        var limits = bySeed.Count == 1 ? null : StudentMean.Of(bySeed).Limits(Level);
        return new()
        {
            Claim = claim,
            Needs = needs,
            Value = mean,
            Limits = limits,
            BySeed = bySeed,
            Seeds = bySeed.Count,
            IsRequired = required,
            IsControl = control,
            Verdict = limits is { } found ? decide(found) : bySeed.Count == 1 ? SeedVerdict.Inconclusive : holds(mean) ? SeedVerdict.Yes : SeedVerdict.No,
            Remark = bySeed.Count == 1 ? "one seed has no interval" : limits is null ? "equal for all seeds" : "",
        };
    }
}
