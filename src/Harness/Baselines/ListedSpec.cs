using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>One file of the list of specs that must run: a test, and the rules that were approved for it.</summary>
/// <param name="Test">The test.</param>
/// <param name="Rules">The rules of its claims; empty if none is approved, and then no rule passes.</param>
/// <param name="Status">State of the file against its approval note.</param>
public sealed record ListedSpec(ManifestEntry Test, IReadOnlyList<ClaimRule> Rules, BaselineStatus Status)
{
    /// <summary>True when the file is the one that was approved and has a rule.</summary>
    public bool IsApproved => Status == BaselineStatus.Approved && Rules.Count > 0;
}
