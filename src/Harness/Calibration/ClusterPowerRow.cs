namespace SafetyGate.Harness.Calibration;

/// <summary>Power of the gate at the number of behaviors that <c>gate power</c> recommends.</summary>
/// <param name="Items">Items of each behavior.</param>
/// <param name="Correlation">Correlation of their flips.</param>
/// <param name="Margin">Margin τ.</param>
/// <param name="Discordance">Share of items that differ between two results of the same thing.</param>
/// <param name="Behaviors">The recommended number.</param>
/// <param name="UnchangedPasses">P(Passed) of an unchanged model.</param>
/// <param name="TwiceNotPassed">P(not Passed) of a drop of 2τ.</param>
/// <param name="GridKelly">P(Passed) of an unchanged model by the grid-Kelly capital.</param>
/// <param name="Gaffke">P(Passed) of an unchanged model by Gaffke's limit.</param>
public sealed record ClusterPowerRow(int Items, double Correlation, double Margin, double Discordance, int Behaviors,
    double UnchangedPasses, double TwiceNotPassed, double GridKelly, double Gaffke);
