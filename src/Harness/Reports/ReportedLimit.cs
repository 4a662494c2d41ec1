namespace SafetyGate.Harness.Reports;

/// <summary>The limit that a claim about a divergence compares: KL in nats, certified safety, or the change of the objective.</summary>
/// <param name="Limit">The limit; <c>null</c> if the evidence gives none.</param>
/// <param name="Against">What it was compared with; <c>null</c> if with nothing.</param>
public sealed record ReportedLimit(double? Limit, double? Against);
