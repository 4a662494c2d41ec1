namespace SafetyGate.Harness.Reports;

/// <summary>One logged value.</summary>
/// <param name="Step">The step.</param>
/// <param name="Value">The value; finite.</param>
public readonly record struct RunCurvePoint(long Step, double Value);
