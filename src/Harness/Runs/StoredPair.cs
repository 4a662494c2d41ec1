using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Runs;

/// <summary>Two stored evaluations of one benchmark under one way of sampling.</summary>
/// <param name="BenchmarkDigest">Digest of the benchmark.</param>
/// <param name="Sampling">How responses were drawn; the seed is the first one's.</param>
/// <param name="Items">Items of the benchmark.</param>
/// <param name="Discordance">Share of the items with another score; an item unscored on either side counts as differing.</param>
public sealed record StoredPair(string BenchmarkDigest, SamplingOptions Sampling, int Items, double Discordance)
{
    /// <summary>False when the store did not record the behaviors of the items, so that it is unknown whether items share them.</summary>
    public bool HasBehaviors { get; init; }

    /// <summary>Items of each behavior, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public IReadOnlyList<int>? Sizes { get; init; }

    /// <summary>
    /// How alike the differences of one behavior's items are: the intraclass correlation, in [0, 1]; <c>null</c> with <see cref="Sizes"/>.
    /// </summary>
    public double? Correlation { get; init; }
}
