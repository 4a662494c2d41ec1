namespace SafetyGate.Analysis.Patterns;

/// <summary>Settings of the search for patterns. Immutable; vary it with <c>with</c>.</summary>
public sealed record PatternOptions
{
    /// <summary>Fewest failures with a line that says something; with fewer there is no pattern. Default 8.</summary>
    public int FewestFailures { get; init; } = 8;

    /// <summary>Fewest failures of one pattern. Default 4.</summary>
    public int FewestOfAPattern { get; init; } = 4;

    /// <summary>Most groups that are tried. Default 10.</summary>
    public int MostPatterns { get; init; } = 10;

    /// <summary>
    /// Least mean silhouette of groups that count as patterns. Default .25, below which Kaufman and Rousseeuw (1990) see no structure.
    /// </summary>
    public double LeastSilhouette { get; init; } = 0.25;

    /// <summary>Spread (mean squared distance from the mean of all) up to which all lines are one group. Default .2.</summary>
    public double SmallestSpread { get; init; } = 0.2;

    /// <summary>Starts of each k-means. Default 8.</summary>
    public int Starts { get; init; } = 8;

    /// <summary>Copies without structure, all of whose silhouettes must be exceeded. Default 19, a level of .05.</summary>
    public int Shuffles { get; init; } = 19;

    /// <summary>Level at which a property is commoner in a pattern than elsewhere, after Holm. Default .05.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The only source of randomness.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (FewestFailures < 2) yield return Invariant($"{nameof(FewestFailures)} is {FewestFailures}; it must be 2 or more.");
        if (FewestOfAPattern < 2) yield return Invariant($"{nameof(FewestOfAPattern)} is {FewestOfAPattern}; it must be 2 or more.");
        if (MostPatterns is < 2 or > 100) yield return Invariant($"{nameof(MostPatterns)} is {MostPatterns}; it must lie in [2, 100].");
        if (!(LeastSilhouette is >= 0 and < 1)) yield return Invariant($"{nameof(LeastSilhouette)} is {LeastSilhouette}; it must lie in [0, 1).");
        if (!(SmallestSpread is >= 0 and < 1)) yield return Invariant($"{nameof(SmallestSpread)} is {SmallestSpread}; it must lie in [0, 1).");
        if (Starts is < 1 or > 1000) yield return Invariant($"{nameof(Starts)} is {Starts}; it must lie in [1, 1000].");
        if (Shuffles is < 0 or > 1000) yield return Invariant($"{nameof(Shuffles)} is {Shuffles}; it must lie in [0, 1000].");
        if (!(Alpha is > 0 and < 0.5)) yield return Invariant($"{nameof(Alpha)} is {Alpha}; it must lie between 0 and 0.5.");
    }
}
