namespace SafetyGate.Studies.Safety.Runs;

/// <summary>What there is of a study after its runs, or one machine's part of them, were carried out.</summary>
public sealed record StudyResult
{
    /// <summary>The finished runs, in the study's order.</summary>
    public required IReadOnlyList<StudyRun> Runs { get; init; }

    /// <summary>Runs that failed.</summary>
    public required IReadOnlyList<StudyFailure> Failures { get; init; }

    /// <summary>Names of runs of other machines' parts that are not there.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Runs that were carried out or measured now; the others were stored.</summary>
    public required int Made { get; init; }

    /// <summary>True when no run is missing.</summary>
    public bool IsWhole => Missing.Count == 0;
}
