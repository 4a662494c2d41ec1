using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>One line of an evaluation log: a gated test that ran, and what came of it.</summary>
public sealed record LoggedVerdict
{
    /// <summary>Name of the spec class.</summary>
    public required string Spec { get; init; }

    /// <summary>Name of the test, as on the list of specs that must run.</summary>
    public required string Test { get; init; }

    /// <summary>The metric that was gated.</summary>
    public required string Metric { get; init; }

    /// <summary>With what it was compared.</summary>
    public required ComparisonKind Kind { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What decided.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when it fails the build.</summary>
    public required bool Fails { get; init; }

    /// <summary>First line of the message.</summary>
    public required string Headline { get; init; }

    /// <summary>The line for a decided question.</summary>
    public static LoggedVerdict Of(BaselineKey key, GateOutcome outcome) => new()
    {
        Spec = key.Spec,
        Test = key.Test,
        Metric = outcome.Question.Now.Metric,
        Kind = outcome.Question.Kind,
        Verdict = outcome.Verdict,
        Reason = outcome.Reason,
        Fails = outcome.Fails,
        Headline = outcome.Message.Split('\n')[0],
    };

    /// <summary>The line for a decided statement about KL.</summary>
    public static LoggedVerdict Of(BaselineKey key, DriftOutcome outcome) => new()
    {
        Spec = key.Spec,
        Test = key.Test,
        Metric = outcome.Metric,
        Kind = outcome.Kind,
        Verdict = outcome.Verdict,
        Reason = outcome.Reason,
        Fails = outcome.Fails,
        Headline = outcome.Message.Split('\n')[0],
    };
}
