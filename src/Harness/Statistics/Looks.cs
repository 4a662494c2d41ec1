namespace SafetyGate.Harness.Statistics;

/// <summary>How often the evidence of one gate may be looked at.</summary>
public enum Looks
{
    /// <summary>Once, at all items. The default.</summary>
    Once,

    /// <summary>At the first half of the items and, when that is inconclusive, at all of them; each look at α/2.</summary>
    TwoPlanned,

    /// <summary>After any number of items, as often as one likes: the grid-Kelly confidence sequence, at α over all looks.</summary>
    AnyTime,
}
