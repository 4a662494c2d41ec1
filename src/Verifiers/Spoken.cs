namespace SafetyGate.Verifiers;

/// <summary>What a response says to its reader: neither reasoning in tags nor the channels before the final one.</summary>
public static class Spoken
{
    /// <summary>
    /// The text that a scorer judges; <c>null</c> where the response ended within its reasoning or before its final channel. The text may be
    /// empty.
    /// </summary>
    /// <param name="text">A response.</param>
    public static string? Of(string text) => Thinking.Strip(text) is { } thought ? Channels.Final(thought) : null;
}
