namespace SafetyGate.Models.Diagnosis;

/// <summary>What a finding means for a gate.</summary>
public enum FindingVerdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth a look; a gate measures what transformers would.</summary>
    Warning,

    /// <summary>A gate on this directory would measure something else than the model, or cannot run.</summary>
    Wrong,
}
