using System.Text;

namespace SafetyGate.Pocket.Data;

/// <summary>One line of a file of preferences: two answers to one problem, and what made the first preferred.</summary>
public sealed record Preference
{
    /// <summary>Unique in the file.</summary>
    public required string Id { get; init; }

    /// <summary>The user's message.</summary>
    public required string Prompt { get; init; }

    /// <summary>The preferred answer; always right.</summary>
    public required string Chosen { get; init; }

    /// <summary>The other one.</summary>
    public required string Rejected { get; init; }

    /// <summary><c>right</c>: the other one is wrong; <c>style</c>: both are right, and the preferred one is in the house style.</summary>
    public required string Prefers { get; init; }

    /// <summary>Form of the other one: <c>guess</c>, <c>slip</c> (worked, with a mistake) or <c>own-style</c>.</summary>
    public required string RejectedAs { get; init; }

    /// <summary>The problem, by its id in the training files of its domain.</summary>
    public required string Problem { get; init; }

    /// <summary>Share of style among the pairs it was drawn with.</summary>
    public required double StyleShare { get; init; }

    /// <summary>Seed it was drawn with.</summary>
    public required ulong Seed { get; init; }

    /// <summary>A file of them, one a line, UTF-8: what the trainers of preferences read.</summary>
    public static byte[] Lines(IEnumerable<Preference> preferences) => Encoding.UTF8.GetBytes(JsonLines.Of(preferences));
}
