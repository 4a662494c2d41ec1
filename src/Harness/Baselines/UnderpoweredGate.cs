using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>A gate that an unchanged model would often fail: a red build that means nothing.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Items">Items it has.</param>
/// <param name="Margin">Its margin.</param>
/// <param name="Discordance">Share of items that differ between two trainings of the same thing.</param>
/// <param name="PassProbability">P(Passed) of an unchanged model.</param>
/// <param name="SufficientItems">Items, or behaviors where items share them, from which on P(Passed) reaches the target at this margin;
/// <c>null</c> when none up to 20 000 does.</param>
/// <param name="SufficientMargin">Smallest margin (in half points) at which these items suffice; <c>null</c> when none below 50 points
/// does.</param>
public sealed record UnderpoweredGate(string Metric, int Items, double Margin, double Discordance, double PassProbability, int? SufficientItems,
    double? SufficientMargin)
{
    /// <summary>Behaviors, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public int? Behaviors { get; init; }

    /// <summary>P(Passed) an unchanged model must have.</summary>
    public const double Target = 0.90;

    /// <summary>
    /// The gate, if it is underpowered; <c>null</c> if its power suffices. For the rule of one 0/1 sample an item, by enumeration; of two
    /// planned looks the last.
    /// </summary>
    /// <param name="metric">Name, for the message.</param>
    /// <param name="items">Items.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="discordance">Share of items that differ between two trainings of the same thing, in [0, 1].</param>
    public static UnderpoweredGate? Find(string metric, int items, GateSettings settings, double discordance)
    {
        var passes = PairedPower.Passed(items, discordance / 2, discordance / 2, settings.Margin, settings.AlphaOfALook);
        if (passes >= Target) return null;
        var size = MinimalSize.Find(discordance / 2, discordance / 2, settings.Margin, settings.AlphaOfALook, Target, most: 20_000)?.Stays;
        double? margin = null;
        for (var half = 1; half < 100 && margin is null; half++)
        {
            var candidate = half * 0.005;
            if (candidate > settings.Margin && PairedPower.Passed(items, discordance / 2, discordance / 2, candidate, settings.AlphaOfALook) >= Target) margin = candidate;
        }

        return new(metric, items, settings.Margin, discordance, passes, size, margin);
    }

    /// <summary>The gate where items share behaviors, if it is underpowered; <c>null</c> if its power suffices.</summary>
    /// <param name="metric">Name, for the message.</param>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="discordance">Share of items that differ between two trainings of the same thing, in [0, 1].</param>
    /// <param name="correlation">How alike the differences of one behavior's items are, in [0, 1]; 1 is the worst case.</param>
    public static UnderpoweredGate? Find(string metric, IReadOnlyList<int> sizes, GateSettings settings, double discordance, double correlation)
    {
        if (sizes.All(size => size == 1)) return Find(metric, sizes.Count, settings, discordance);
        var flips = new ClusterFlips(discordance / 2, discordance / 2, correlation);
        double Passes(double margin) => ClusteredPower.Passed(sizes, flips, margin, settings.AlphaOfALook);
        var passes = Passes(settings.Margin);
        if (passes >= Target) return null;
        int low = (int)Math.Floor(settings.Margin / 0.005), high = 100; // P(Passed) rises with the margin
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Passes(middle * 0.005) >= Target) high = middle; else low = middle;
        }

        var size = ClusteredPower.Size(sizes, flips, settings.Margin, settings.AlphaOfALook, Target, most: 20_000);
        return new(metric, sizes.Sum(), settings.Margin, discordance, passes, size, high < 100 ? high * 0.005 : null)
        {
            Behaviors = sizes.Count
        };
    }

    /// <summary>The sentence for the author of the gate.</summary>
    public override string ToString()
    {
        var size = SufficientItems is { } n
            ? Invariant($"{n} {Units} would do at this margin")
            : $"No number of {Units} up to 20000 would do at this margin";
        var margin = SufficientMargin is { } t
            ? Invariant($"a margin of {100 * t:0.#} points would do with these items")
            : "no margin below 50 points would do with these items";
        return Invariant($"{Metric}: with {UnitWords.Count(Items, Behaviors)}, margin {100 * Margin:0.##} points and {100 * Discordance:0.##} % of the items differing between two trainings of the same thing, an unchanged model passes with probability {PassProbability:0.###}; {100 * Target:0} % is the least that means something. {size}; {margin}.");
    }

    private string Units => Behaviors is null ? "items" : "behaviors";
}
