using SafetyGate.Core.Language;

namespace SafetyGate.Models.Generation;

/// <summary>One continuation.</summary>
public sealed record GeneratedSequence
{
    /// <summary>Key of the request it continues.</summary>
    public required string Key { get; init; }

    /// <summary>Which sample of the request, from 0.</summary>
    public required int Sample { get; init; }

    /// <summary>New tokens; the last one is the end-of-sequence token if one was reached.</summary>
    public required IReadOnlyList<int> NewIds { get; init; }

    /// <summary><see cref="FinishReason.Stop"/> after an end-of-sequence token, <see cref="FinishReason.Length"/> at the limit.</summary>
    public required FinishReason FinishReason { get; init; }
}
