namespace SafetyGate.Analysis.Strata;

/// <summary>One cell of a summary.</summary>
/// <param name="TrainedOn">What was trained on.</param>
/// <param name="Test">What was tested on.</param>
/// <param name="Accuracy">Accuracy.</param>
/// <param name="Lower">Its lower limit.</param>
/// <param name="Upper">Its upper limit.</param>
internal sealed record StrataSummaryCell(string TrainedOn, string Test, double Accuracy, double Lower, double Upper);
