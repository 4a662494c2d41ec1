using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>One metric of a result file.</summary>
public sealed record MetricResult
{
    /// <summary>The measurement, item by item.</summary>
    public required Measurement Measurement { get; init; }

    /// <summary>The rule it is gated by; <c>null</c> when nothing gates it (a bare <c>gate eval</c>).</summary>
    public GateSettings? Gate { get; init; }
}
