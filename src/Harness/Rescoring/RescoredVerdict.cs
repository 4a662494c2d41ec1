using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Rescoring;

/// <summary>
/// The verdict of one metric of a stored run against its approved baseline: as both were scored, and as both are scored now.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Baseline">Name of the baseline, <c>SPEC.TEST</c>.</param>
/// <param name="Before">Decided on the scores of then.</param>
/// <param name="After">Decided on the scores of now.</param>
public sealed record RescoredVerdict(RunRecord Run, string Baseline, Decision Before, Decision After)
{
    /// <summary>True when the verdict is another.</summary>
    public bool Moved => Before.Verdict != After.Verdict;
}
