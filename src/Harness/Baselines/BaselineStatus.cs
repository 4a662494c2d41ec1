namespace SafetyGate.Harness.Baselines;

/// <summary>State of a baseline file.</summary>
public enum BaselineStatus
{
    /// <summary>Present, and the approval note beside it has its hash.</summary>
    Approved,

    /// <summary>No verified file.</summary>
    Missing,

    /// <summary>A verified file without an approval: the note beside it is missing or unreadable.</summary>
    Unsigned,

    /// <summary>The file is not the one that was approved: its hash differs from the note's.</summary>
    Edited,
}
