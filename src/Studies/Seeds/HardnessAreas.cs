namespace SafetyGate.Studies.Seeds;

/// <summary>Areas under the curve of one seed.</summary>
internal sealed record HardnessAreas(double Planted, double Random);
