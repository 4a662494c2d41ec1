using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>Verdicts of the gate on known drops, at the sizes and margins of the specs.</summary>
/// <param name="Drops">Drops of two margins, planted in real results.</param>
/// <param name="AtTheMargin">A true drop of exactly the margin, enumerated, by metric.</param>
public sealed record PocketPlanted(IReadOnlyList<PlantedTally> Drops, IReadOnlyList<PocketMarginError> AtTheMargin);
