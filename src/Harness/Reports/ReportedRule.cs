using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>The rule a verdict was made by.</summary>
public sealed record ReportedRule
{
    /// <summary>Margin τ, as a share.</summary>
    public required double Margin { get; init; }

    /// <summary>One-sided level α.</summary>
    public required double Alpha { get; init; }

    /// <summary>Effect of Inconclusive.</summary>
    public required InconclusivePolicy Policy { get; init; }

    /// <summary>Confidence of the two-sided intervals shown, such as .9.</summary>
    public required double Level { get; init; }

    /// <summary>Share of the items that must be scored on both sides.</summary>
    public required double MinimumCoverage { get; init; }

    /// <summary>Why the gate exists, in its author's words; <c>null</c> if no reason was given.</summary>
    public string? Because { get; init; }

    /// <summary>The rule of some settings, for a metric of a direction.</summary>
    public static ReportedRule Of(GateSettings settings, MetricDirection direction) => new()
    {
        Margin = settings.Margin,
        Alpha = settings.Alpha,
        Policy = settings.PolicyFor(direction),
        Level = 1 - 2 * settings.AlphaOfALook,
        MinimumCoverage = settings.MinimumCoverage,
        Because = settings.Because,
    };
}
