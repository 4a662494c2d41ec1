using SafetyGate.Analysis.Strata;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Studies.Seeds;

/// <summary>How one planted world was judged.</summary>
internal sealed record PlantedFinding(string Untrained, string Easy, string Hard, string Recovered, string Limits, string Reason)
{
    public static PlantedFinding Of(Decision decision)
    {
        var table = ((RecoveryEvidence)decision.Evidence!).Table;
        string Cell(TrainedOn trained) => Invariant($"{table[trained, Stratum.Hard]!.Accuracy:0.000}");
        return new(Cell(TrainedOn.None), Cell(TrainedOn.Easy), Cell(TrainedOn.Hard), table.Recovered.Value is { } share ? Invariant($"{share:0.00}") : "undefined", $"{table.RecoveredLimits}", $"{decision.Reason}");
    }
}
