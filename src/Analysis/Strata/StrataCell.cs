using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Strata;

/// <summary>Accuracy on one stratum after training on one.</summary>
/// <param name="TrainedOn">What was trained on.</param>
/// <param name="Test">What was tested on.</param>
/// <param name="Accuracy">Mean over seeds and items, in [0, 1].</param>
/// <param name="Limits">Bootstrap limits over items and seeds, each one-sided at α.</param>
/// <param name="Items">Test items of the stratum.</param>
/// <param name="Seeds">Trainings.</param>
public sealed record StrataCell(TrainedOn TrainedOn, Stratum Test, double Accuracy, Limits Limits, int Items, int Seeds);
