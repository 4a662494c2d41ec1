namespace SafetyGate.Harness.Calibration;

/// <summary>How often a true drop of exactly τ passes for one size of behaviors and one kind of flips: the worst of the grid.</summary>
/// <param name="Sizes">The behaviors' sizes in words.</param>
/// <param name="Kind">How items flip together.</param>
/// <param name="Scenarios">Points of the grid.</param>
/// <param name="Worst">The point at which most draws pass.</param>
/// <param name="Passed">Draws that pass there, of a second set of draws: the first only chose the point.</param>
/// <param name="Draws">Draws of the second set.</param>
/// <param name="ItemsAlone">Share of draws that pass there when each item counts by itself (Tango), which ignores the behaviors.</param>
/// <param name="StudentT">Share that passes by a t interval over the behaviors.</param>
/// <param name="GridKelly">Share that passes by the grid-Kelly capital over the behaviors.</param>
/// <param name="Gaffke">Share that passes by Gaffke's limit over the behaviors.</param>
public sealed record ClusterCalibrationRow(string Sizes, ClusterFlipKind Kind, int Scenarios, ClusterScenario Worst, int Passed, int Draws,
    double ItemsAlone, double StudentT, double GridKelly, double Gaffke);
