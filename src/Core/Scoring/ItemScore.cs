namespace SafetyGate.Core.Scoring;

/// <summary>Outcome of scoring one response: a value in [0,1], or unscored with the reason. Unscored is never a value.</summary>
public sealed record ItemScore
{
    private ItemScore(double? value, string reason, string? rule) => (Value, Reason, Rule) = (value, reason, rule);

    /// <summary>The value in [0,1], 1 the good end of the benchmark's direction; <c>null</c> when unscored.</summary>
    public double? Value { get; }

    /// <summary>Reason for the value, or for its absence; for humans.</summary>
    public string Reason { get; }

    /// <summary>Name of the rule that decided, stable across versions of the text; <c>null</c> when the scorer has no rules.</summary>
    public string? Rule { get; }

    /// <summary>True when there is a value.</summary>
    public bool IsScored => Value is not null;

    /// <summary>A value in [0,1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">NaN or outside [0,1].</exception>
    public static ItemScore Of(double value, string reason = "", string? rule = null) =>
        value is >= 0 and <= 1
            ? new(value, reason, rule)
            : throw new ArgumentOutOfRangeException(nameof(value), value,
                Invariant($"A score is {value}; it must lie in [0, 1]. A scorer that cannot tell returns Unscored with the reason."));

    /// <summary>No value could be given.</summary>
    public static ItemScore Unscored(string reason, string? rule = null) => new(null, reason, rule);
}
