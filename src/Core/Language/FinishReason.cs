namespace SafetyGate.Core.Language;

/// <summary>Why a response ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it with an end-of-sequence token.</summary>
    Stop,

    /// <summary>The limit on new tokens cut it.</summary>
    Length,

    /// <summary>It could not be had; <see cref="Response.Error"/> says why. It counts as unscored, never as an answer.</summary>
    Error,
}
