using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>The rule under which a verdict was made.</summary>
/// <param name="Test">The test.</param>
/// <param name="Rule">The rule; <c>null</c> when there was nothing to judge.</param>
/// <param name="Fails">Whether the verdict fails the build. Such a verdict ends its test, so that later claims of it may not have run.</param>
public sealed record RanRule(ManifestEntry Test, ClaimRule? Rule, bool Fails);
