namespace SafetyGate.Trainers.Data;

/// <summary>Which tokens of a sequence that is too long are kept, under TRL's names.</summary>
public enum TruncationMode
{
    /// <summary>The first ones: the end of the completion is cut off.</summary>
    KeepStart,

    /// <summary>The last ones: the start of the prompt is cut off.</summary>
    KeepEnd,
}
