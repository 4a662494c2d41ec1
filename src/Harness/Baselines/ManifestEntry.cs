namespace SafetyGate.Harness.Baselines;

/// <summary>One gated test that must have run.</summary>
/// <param name="Spec">Name of the spec class.</param>
/// <param name="Test">Name of the test, with the suite when the test runs once for each.</param>
public sealed record ManifestEntry(string Spec, string Test)
{
    /// <summary>The test that uses a baseline; one test for all trainings of a claim about a recipe.</summary>
    public static ManifestEntry Of(BaselineKey baseline) => new(baseline.Spec, baseline.Whole.Test);
}
