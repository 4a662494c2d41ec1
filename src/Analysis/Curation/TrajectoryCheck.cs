namespace SafetyGate.Analysis.Curation;

/// <summary>Why a teacher's answer is not learnt from; the first reason that holds.</summary>
public static class TrajectoryCheck
{
    /// <summary>The teacher gave no answer.</summary>
    public const string NoAnswer = "no answer";

    /// <summary>It has more tokens than are wanted, or was cut.</summary>
    public const string TooLong = "too long";

    /// <summary>It has not the form that is asked for.</summary>
    public const string Malformed = "malformed";

    /// <summary>The verifier does not accept it.</summary>
    public const string Wrong = "wrong";

    /// <summary>It is one of the better ones, but not of those that are farthest apart.</summary>
    public const string TooAlike = "too much like those kept";

    /// <summary>The reasons, in the order in which they are looked for.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [NoAnswer, TooLong, Malformed, Wrong, TooAlike];

    /// <summary>The reason; <c>null</c> if it may be learnt from.</summary>
    /// <param name="trajectory">The answer.</param>
    /// <param name="longest">Most tokens.</param>
    public static string? Problem(Trajectory trajectory, int longest) =>
        trajectory.Tokens > longest ? TooLong : !trajectory.IsWellFormed ? Malformed : !trajectory.IsRight ? Wrong : null;
}
