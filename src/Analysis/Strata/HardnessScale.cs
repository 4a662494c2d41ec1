namespace SafetyGate.Analysis.Strata;

/// <summary>What hardness is, and where its strata end.</summary>
public sealed record HardnessScale
{
    /// <summary>Where hardness comes from, such as <c>column difficulty</c> or <c>measured by small trainings</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The hardest an easy item can be.</summary>
    public required double EasyAtMost { get; init; }

    /// <summary>The easiest a hard item can be.</summary>
    public required double HardAtLeast { get; init; }

    /// <summary>The stratum of a hardness.</summary>
    public Stratum Of(double hardness) => new StratumCuts(EasyAtMost, HardAtLeast).Of(hardness);

    /// <summary>The cuts in words.</summary>
    public override string ToString() => Invariant($"easy ≤ {EasyAtMost:0.####}, hard ≥ {HardAtLeast:0.####}");

    /// <summary>A scale by cuts.</summary>
    public static HardnessScale Of(string source, StratumCuts cuts) => new() { Source = source, EasyAtMost = cuts.EasyAtMost, HardAtLeast = cuts.HardAtLeast };
}
