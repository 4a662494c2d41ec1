using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Curation;

/// <summary>A distillation: teachers ranked by what the student gains, the funnel, the curated set, and what became of the student.</summary>
public sealed record DistillationReport : IAnalysisResult
{
    /// <inheritdoc/>
    public static string Schema => "safetygate.distillation/1";

    /// <summary>The student, as it identifies itself.</summary>
    public required string Student { get; init; }

    /// <summary>Digest of the student's weights.</summary>
    public required string StudentWeights { get; init; }

    /// <summary>Digest of the questions.</summary>
    public required string QuestionsDigest { get; init; }

    /// <summary>What decided whether an answer is right, with its version.</summary>
    public required string Scorer { get; init; }

    /// <summary>The teachers, the one the student gains most from first.</summary>
    public required IReadOnlyList<RankedTeacher> Teachers { get; init; }

    /// <summary>Questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Answers of the teacher that was taken.</summary>
    public required int Trajectories { get; init; }

    /// <summary>Answers that were left out, by reason.</summary>
    public required IReadOnlyList<CountedDrop> DroppedTrajectories { get; init; }

    /// <summary>Questions that were left out, by reason.</summary>
    public required IReadOnlyList<CountedDrop> DroppedQuestions { get; init; }

    /// <summary>Questions whose farthest answers were found among all subsets.</summary>
    public required int ExactSubsets { get; init; }

    /// <summary>Questions whose farthest answers were chosen one by one.</summary>
    public required int GreedySubsets { get; init; }

    /// <summary>Rows of the curated set.</summary>
    public required int Rows { get; init; }

    /// <summary>SHA-256 of the curated set's file; lower-case hex.</summary>
    public required string RowsDigest { get; init; }

    /// <summary>Key of the training run.</summary>
    public required string Run { get; init; }

    /// <summary>Digest of the taught student's weights.</summary>
    public required string TaughtWeights { get; init; }

    /// <summary>Rates before and after.</summary>
    public required IReadOnlyList<MeasuredRate> Rates { get; init; }

    /// <summary>Mean KL of the taught student from the student on the safety prompts, nats a response; <c>null</c> without safety prompts.</summary>
    public double? SafetyKl { get; init; }

    /// <inheritdoc/>
    object? IAnalysisResult.Summary => null;

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        if (Teachers.Count == 0) yield return "There is no teacher.";
        if (Rows < 1) yield return "The curated set has no rows.";
        if (Rates.Any(rate => !(rate.Before is >= 0 and <= 1 && rate.After is >= 0 and <= 1))) yield return "A rate does not lie in [0, 1].";
    }
}
