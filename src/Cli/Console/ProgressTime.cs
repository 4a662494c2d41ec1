namespace SafetyGate.Cli.Console;

/// <summary>What a report says of its part.</summary>
/// <param name="Begins">It is the first of the part.</param>
/// <param name="EndsPiece">Other parts began since the part's last report: a piece of it that is made of them has ended.</param>
/// <param name="Left">Time left at the pace that was seen; <c>null</c> until one was, and at the end.</param>
internal readonly record struct ProgressTime(bool Begins, bool EndsPiece, TimeSpan? Left)
{
    /// <summary>A time in words, never less than a second.</summary>
    public static string Words(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => Invariant($"{Math.Max(1, left.TotalSeconds):0} s"),
        { TotalMinutes: < 90 } => Invariant($"{left.TotalMinutes:0} min"),
        _ => Invariant($"{left.TotalHours:0.0} h"),
    };
}
