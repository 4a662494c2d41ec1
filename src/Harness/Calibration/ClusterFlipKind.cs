namespace SafetyGate.Harness.Calibration;

/// <summary>How the items of one behavior flip together in a simulated benchmark.</summary>
public enum ClusterFlipKind
{
    /// <summary>A behavior flips with all its items or not at all.</summary>
    Whole,

    /// <summary>Each item flips by itself.</summary>
    Alone,

    /// <summary>A tenth to nine tenths of the behaviors flip whole, in the others each item by itself.</summary>
    Mixed,

    /// <summary>The drop is of whole behaviors in part, the other flips are of single items.</summary>
    DropOfWholeBehaviors,

    /// <summary>Each behavior has its own probability of losing an item (beta-binomial).</summary>
    Uneven,

    /// <summary>Losses are of single items, gains of whole behaviors.</summary>
    GainsWhole,
}
