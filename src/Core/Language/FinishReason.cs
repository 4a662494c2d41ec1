namespace SafetyGate.Core.Language;

/// <summary>Why a response ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it with an end-of-sequence token.</summary>
    Stop,

    /// <summary>The limit on new tokens cut it.</summary>
    Length,

    /// <summary>No response was obtained; <see cref="Response.Error"/> has the reason. It counts as unscored, never as an answer.</summary>
    Error,
}
