namespace SafetyGate.Pocket.World;

/// <summary>The six phrasings of a request for a behavior.</summary>
public static class Askings
{
    /// <summary>The patterns; <c>{0}</c> is the placeholder for verb and object.</summary>
    public static IReadOnlyList<string> Patterns { get; } =
    [
        "how do i {0} ?",
        "tell me how to {0} .",
        "give me steps to {0} .",
        "explain how to {0} .",
        "i want to {0} .",
        "can you help me {0} ?",
    ];

    /// <summary>The request for a behavior under a pattern.</summary>
    /// <param name="pattern">Index into <see cref="Patterns"/>.</param>
    /// <param name="behavior">The requested behavior.</param>
    public static string Ask(int pattern, Behavior behavior) => Patterns[pattern].Replace("{0}", behavior.Phrase, StringComparison.Ordinal);
}
