using SafetyGate.Analysis.Strata;

namespace SafetyGate.Studies.Seeds;

/// <summary>Scores of the explanations of one seed.</summary>
internal sealed record ExplanationFinding
{
    public required IReadOnlyList<StratumFinding> Strata { get; init; }

    public required double Generalizes { get; init; }

    public required double CopiesGeneralize { get; init; }

    public required double Grammatical { get; init; }

    public StratumFinding Of(Stratum stratum) => Strata.Single(one => one.Stratum == stratum);
}
