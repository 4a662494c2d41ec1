namespace SafetyGate.Verifiers;

/// <summary>What a response says to its reader: neither reasoning nor the channels before the final one. Endpoints and scorers read by it.</summary>
public static class Spoken
{
    /// <summary>
    /// The text that a scorer judges; <c>null</c> where the response ended within its reasoning or before its final channel. The text may be
    /// empty.
    /// </summary>
    /// <param name="text">A response.</param>
    public static string? Of(string text)
    {
        // What stands in a channel that is not final is no mark: it may speak of one.
        var said = Channels.AreMarked(text) ? Channels.Final(text) : text;
        return said is not null && Thinking.Strip(said) is { } answer ? Channels.Final(answer) : null;
    }
}
