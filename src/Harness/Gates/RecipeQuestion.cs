using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>A claim about a recipe rather than a checkpoint: what training it again would give, on the population of prompts.</summary>
public sealed record RecipeQuestion
{
    /// <summary>Fewest trainings from which a spread between seeds is estimated.</summary>
    public const int FewestSeeds = 3;

    /// <summary>Approved baseline or untuned reference.</summary>
    public required ComparisonKind Kind { get; init; }

    /// <summary>One measurement for each approved training; for the untuned reference, which is one checkpoint, a single one.</summary>
    public required IReadOnlyList<Measurement> Approved { get; init; }

    /// <summary>One measurement for each training now; 3 or more.</summary>
    public required IReadOnlyList<Measurement> Now { get; init; }

    /// <summary>The rule.</summary>
    public required GateSettings Settings { get; init; }

    /// <summary>The settings under which the baseline was approved; <c>null</c> when none are recorded (a reference).</summary>
    public GateSettings? ApprovedSettings { get; init; }

    /// <summary>Gated comparisons of the run; calling a drop uses α over this number (Bonferroni).</summary>
    public int Family { get; init; } = 1;

    /// <summary>The exact command that approves, for the message.</summary>
    public string? ApproveCommand { get; init; }
}
