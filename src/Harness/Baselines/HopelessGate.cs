using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Baselines;

/// <summary>A gate that an unchanged model would often fail: a red build that means nothing.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Items">Items it has.</param>
/// <param name="Margin">Its margin.</param>
/// <param name="Discordance">Share of items that differ between two trainings of the same thing.</param>
/// <param name="PassProbability">P(Passed) of an unchanged model.</param>
/// <param name="SufficientItems">Items from which on P(Passed) reaches the target at this margin; <c>null</c> when none up to 20 000 does.</param>
/// <param name="SufficientMargin">Smallest margin (in half points) at which these items suffice; <c>null</c> when none below 50 points does.</param>
public sealed record HopelessGate(string Metric, int Items, double Margin, double Discordance, double PassProbability, int? SufficientItems, double? SufficientMargin)
{
    /// <summary>P(Passed) an unchanged model must have.</summary>
    public const double Target = 0.90;

    /// <summary>The gate, when it is hopeless; <c>null</c> when it can work. For the rule of one 0/1 sample an item, by enumeration; of two planned looks the last.</summary>
    /// <param name="metric">Name, for the message.</param>
    /// <param name="items">Items.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="discordance">Share of items that differ between two trainings of the same thing, in [0, 1].</param>
    public static HopelessGate? Find(string metric, int items, GateSettings settings, double discordance)
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

    /// <summary>The sentence for the author of the gate.</summary>
    public override string ToString()
    {
        var size = SufficientItems is { } n ? Invariant($"{n} items would do at this margin") : "No number of items up to 20000 would do at this margin";
        var margin = SufficientMargin is { } t ? Invariant($"a margin of {100 * t:0.#} points would do with these items") : "no margin below 50 points would do with these items";
        return Invariant($"{Metric}: with {Items} items, margin {100 * Margin:0.##} points and {100 * Discordance:0.##} % of the items differing between two trainings of the same thing, an unchanged model passes with probability {PassProbability:0.###}; {100 * Target:0} % is the least that means something. {size}; {margin}.");
    }
}
