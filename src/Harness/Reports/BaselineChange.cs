namespace SafetyGate.Harness.Reports;

/// <summary>One thing about the gate itself that a change touched.</summary>
/// <param name="What">Whose: <c>SPEC.TEST</c>, with the metric when a file has several; or <c>specs/</c>.</param>
/// <param name="Field">The changed field: a setting of the rule, the result, the benchmark …</param>
/// <param name="Before">Its value on the target branch; <c>—</c> when it was not there.</param>
/// <param name="Now">Its value now; <c>—</c> when it is gone.</param>
/// <param name="Loosens">True when it makes the gate easier to pass.</param>
public sealed record BaselineChange(string What, string Field, string Before, string Now, bool Loosens);
