namespace SafetyGate.Models.Adapters;

/// <summary>Which biases of the base an adapter changes, under PEFT's names.</summary>
public enum LoraBias
{
    /// <summary>None: the base's biases stay.</summary>
    None,

    /// <summary>Every bias of the model.</summary>
    All,

    /// <summary>Those of the modules that have low-rank matrices.</summary>
    LoraOnly,
}
