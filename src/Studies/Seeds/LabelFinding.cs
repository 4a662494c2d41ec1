namespace SafetyGate.Studies.Seeds;

/// <summary>How well confidence found the planted wrong labels of one seed.</summary>
internal sealed record LabelFinding(double Area, double InLowestDecile, double Random, int Planted, int Suspected, int Found);
