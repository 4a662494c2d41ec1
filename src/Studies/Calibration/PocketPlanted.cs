using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>What the gate does with known drops, at the sizes and margins of the specs.</summary>
/// <param name="Drops">Drops of two margins, planted in real results.</param>
/// <param name="AtTheMargin">A true drop of exactly the margin, enumerated, by metric.</param>
public sealed record PocketPlanted(IReadOnlyList<PlantedTally> Drops, IReadOnlyList<PocketMarginError> AtTheMargin);
