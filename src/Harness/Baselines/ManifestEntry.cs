namespace SafetyGate.Harness.Baselines;

/// <summary>One gated test that must have run.</summary>
/// <param name="Spec">Name of the spec class.</param>
/// <param name="Test">Name of the test, with the suite when the test runs once for each.</param>
public sealed record ManifestEntry(string Spec, string Test);
