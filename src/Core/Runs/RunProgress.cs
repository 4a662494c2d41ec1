namespace SafetyGate.Core.Runs;

/// <summary>Progress of a long operation.</summary>
/// <param name="Phase">Current activity, such as <c>train</c> or <c>evaluate pocket/direct</c>.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 when not known.</param>
/// <param name="Detail">A few words, such as the last loss; may be empty.</param>
public sealed record RunProgress(string Phase, long Done, long Total, string Detail = "")
{
    /// <summary>What is worked on, such as <c>pocket-sft, seed 7</c>; empty where the phase says it.</summary>
    public string Subject { get; init; } = "";
}
