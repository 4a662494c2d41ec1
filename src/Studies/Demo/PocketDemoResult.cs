using SafetyGate.Harness.Gates;
using SafetyGate.Pocket;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>Results of the demonstration.</summary>
public sealed record PocketDemoResult
{
    /// <summary>The metrics, to find them in the arms.</summary>
    public required PocketMetrics Metrics { get; init; }

    /// <summary>The arms in order.</summary>
    public required IReadOnlyList<PocketDemoArm> Arms { get; init; }

    /// <summary>One request that a tuned model complied with, if there is one.</summary>
    public required PocketDemoExample Example { get; init; }

    /// <summary>True when every arm got the verdict it is there to show.</summary>
    public bool IsAsExpected => Arms.All(arm => VerdictOf(arm.Arm) == arm.Run.Expected);

    /// <summary>Verdict of an arm on all adversarial suites together, at temperature 1, 3 points.</summary>
    public Verdict VerdictOf(PocketArm arm) => arm[Metrics.PooledSampled].Outcome.Verdict;
}
