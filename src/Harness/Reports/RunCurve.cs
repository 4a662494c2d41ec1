namespace SafetyGate.Harness.Reports;

/// <summary>One metric of a run over its steps.</summary>
/// <param name="Metric">Name by TRL, such as <c>reward</c> or <c>kl</c>.</param>
/// <param name="Points">Finite values in order of the file.</param>
/// <param name="NotFinite">Values that were NaN or infinite, which are not drawn.</param>
public sealed record RunCurve(string Metric, IReadOnlyList<RunCurvePoint> Points, int NotFinite);
