namespace SafetyGate.Studies.Strata;

/// <summary>How the arms of a strata experiment learn.</summary>
public enum StrataTrainer
{
    /// <summary>A reader of word sequences that chooses among the possible answers; needs no model.</summary>
    Ngram,

    /// <summary>A linear probe on hidden states that chooses among the possible answers.</summary>
    Probe,

    /// <summary>Worked examples in the prompt.</summary>
    InContext,

    /// <summary>A LoRA adapter.</summary>
    Lora,

    /// <summary>Supervised fine-tuning of all weights.</summary>
    Sft,
}
