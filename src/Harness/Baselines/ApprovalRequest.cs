namespace SafetyGate.Harness.Baselines;

/// <summary>Input of an approver.</summary>
public sealed record ApprovalRequest
{
    /// <summary>Who approves.</summary>
    public required string Who { get; init; }

    /// <summary>When; from a clock that was passed in.</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>Why this result is what the gate shall hold from now on.</summary>
    public required string Why { get; init; }

    /// <summary>
    /// Share of items that differ between two trainings (or sampling seeds) of the same thing, for the question whether the gate can
    /// work; <c>null</c>: not known: for a metric alone the most favorable value, 0, is used, for the metrics of a run together
    /// <see cref="FamilyPower.AssumedDiscordance"/>.
    /// </summary>
    public double? Discordance { get; init; }

    /// <summary>
    /// How alike the differences of one behavior's items are, in [0, 1], where items share behaviors; <c>null</c>: not known, and the worst
    /// case, 1, is taken.
    /// </summary>
    public double? Correlation { get; init; }

    /// <summary>Approve although an unchanged model would often fail. Default false.</summary>
    public bool AcceptUnderpoweredGate { get; init; }

    /// <summary>
    /// Approve although single responses are unscored (each counts as good in later comparisons, against the model). Default false.
    /// </summary>
    public bool AcceptUnscored { get; init; }

    /// <summary>
    /// Pin this result as the first approved one, in place of the one that is the anchor of the spec until now. Default false.
    /// </summary>
    public bool NewAnchor { get; init; }

    /// <summary>Validation errors, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Who)) yield return "The approver is not named (--who \"NAME\").";
        if (string.IsNullOrWhiteSpace(Why))
            yield return "The reason is missing; the approval note keeps it for the next reader (--why \"…\").";
        if (Correlation is { } c && !(c >= 0 && c <= 1)) yield return Invariant($"{nameof(Correlation)} is {c}; it must lie in [0, 1].");
        if (Discordance is { } d && !(d >= 0 && d <= 1)) yield return Invariant($"{nameof(Discordance)} is {d}; it must lie in [0, 1].");
    }
}
