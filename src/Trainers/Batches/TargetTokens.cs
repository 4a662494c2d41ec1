namespace SafetyGate.Trainers.Batches;

/// <summary>Which tokens of an example count in the loss.</summary>
public enum TargetTokens
{
    /// <summary>The completion only.</summary>
    Completion,

    /// <summary>Prompt and completion.</summary>
    FullText,
}
