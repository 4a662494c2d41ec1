namespace SafetyGate.Pocket;

/// <summary>Where a tuning takes from what is right.</summary>
public enum PocketFamily
{
    /// <summary>Worked answers to imitate.</summary>
    Sft,

    /// <summary>Preferences between answers, directly or by a reward model.</summary>
    Rlhf,

    /// <summary>A verifier of the answer.</summary>
    Rlvr,
}
