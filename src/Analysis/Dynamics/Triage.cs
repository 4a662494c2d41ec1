namespace SafetyGate.Analysis.Dynamics;

/// <summary>What a person found of an item that was suspected.</summary>
public enum Triage
{
    /// <summary>Nobody looked yet.</summary>
    None,

    /// <summary>The label is right: the item is hard.</summary>
    Sound,

    /// <summary>The label is wrong.</summary>
    Wrong,
}
