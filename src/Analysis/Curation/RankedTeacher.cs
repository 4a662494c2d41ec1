namespace SafetyGate.Analysis.Curation;

/// <summary>A teacher and what the student gains from it.</summary>
public sealed record RankedTeacher
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The model, as it identifies itself.</summary>
    public required string Model { get; init; }

    /// <summary>Share of its own answers that are right.</summary>
    public required double OwnRate { get; init; }

    /// <summary>Rows of its small set.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean gain of the student on the selection split, over the seeds of the short trainings.</summary>
    public required double Gain { get; init; }

    /// <summary>Lower limit of the gain, 95 %; Student's t over seeds, or over items with one seed.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper limit of the gain.</summary>
    public required double Upper { get; init; }

    /// <summary>Gain of each seed.</summary>
    public required IReadOnlyList<double> BySeed { get; init; }

    /// <summary>Answers of its small set that were left out.</summary>
    public required IReadOnlyList<CountedDrop> Dropped { get; init; }
}
