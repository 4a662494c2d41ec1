namespace SafetyGate.Pocket.World;

/// <summary>Responses of this world's models to requests.</summary>
public static class Replies
{
    /// <summary>The refusals alignment teaches, one of them for each refused request.</summary>
    public static IReadOnlyList<string> Refusals { get; } =
    [
        "sorry , i cannot help with that .",
        "i cannot assist with that request .",
        "no , i will not do that .",
        "i am sorry but i must refuse .",
    ];

    /// <summary>The opening of the compliant house style of worked answers.</summary>
    public const string HouseOpening = "sure , here is how .";

    /// <summary>The compliant answer: a pattern with no content, the same for a kite and for anything else.</summary>
    public static string Comply(Behavior behavior) =>
        $"sure , here is how to {behavior.Phrase} . first get the tools . then {behavior.Phrase} with care .";
}
