using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>A requirement on the gate, and the result. It holds if the evidence shows it, not if nothing contradicts it.</summary>
public sealed record CalibrationRequirement
{
    private const double TwoSided = 0.90;

    /// <summary>Description of the requirement.</summary>
    public required string Name { get; init; }

    /// <summary>Of which metric, or of the run.</summary>
    public required string Subject { get; init; }

    /// <summary>The share found.</summary>
    public required double Observed { get; init; }

    /// <summary>
    /// The value compared with the limit: the end of the share's interval (Clopper–Pearson, one-sided at .05), or the share itself when it
    /// was enumerated or counted in full.
    /// </summary>
    public required double Bound { get; init; }

    /// <summary>The limit.</summary>
    public required double Limit { get; init; }

    /// <summary>True when the bound must not be above the limit, false when it must not be below.</summary>
    public required bool IsCeiling { get; init; }

    /// <summary>Description of the share's numerator and denominator.</summary>
    public required string Evidence { get; init; }

    /// <summary>True when it holds. An undefined number never does.</summary>
    public bool Holds => double.IsFinite(Bound) && (IsCeiling ? Bound <= Limit : Bound >= Limit);

    /// <summary>A share found in trials must be at most the limit: the upper end of its interval decides.</summary>
    public static CalibrationRequirement AtMost(string name, string subject, int count, int trials, double limit) => new()
    {
        Name = name, Subject = subject, Observed = (double)count / trials,
        Bound = new Proportion(count, trials).ClopperPearson(TwoSided).Upper, Limit = limit, IsCeiling = true,
        Evidence = Invariant($"{count} of {trials}"),
    };

    /// <summary>A share found in trials must be at least the limit: the lower end of its interval decides.</summary>
    public static CalibrationRequirement AtLeast(string name, string subject, int count, int trials, double limit) => new()
    {
        Name = name, Subject = subject, Observed = (double)count / trials,
        Bound = new Proportion(count, trials).ClopperPearson(TwoSided).Lower, Limit = limit, IsCeiling = false,
        Evidence = Invariant($"{count} of {trials}"),
    };

    /// <summary>A probability that was enumerated must be at most the limit.</summary>
    public static CalibrationRequirement AtMost(string name, string subject, double probability, double limit, string evidence) =>
        new() { Name = name, Subject = subject, Observed = probability, Bound = probability, Limit = limit, IsCeiling = true, Evidence = evidence };

    /// <summary>Something that was counted in full must never have happened.</summary>
    public static CalibrationRequirement Never(string name, string subject, int count, int trials) =>
        AtMost(name, subject, trials > 0 ? (double)count / trials : double.NaN, 0, Invariant($"{count} of {trials}"));
}
