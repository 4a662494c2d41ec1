using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>A measured KL and the budget or floor it is held against.</summary>
public sealed record KlQuestion
{
    /// <summary>Name of the metric whose prompts were measured on.</summary>
    public required string Metric { get; init; }

    /// <summary>The KL.</summary>
    public required KlMeasurement Kl { get; init; }

    /// <summary>The untuned reference's score on the same prompts under the same sampling: S_p of budgets and certificates.</summary>
    public required Measurement Reference { get; init; }

    /// <summary>True when both models have the same weights; then the KL is 0, and said so.</summary>
    public bool SameWeights { get; init; }

    /// <summary>One-sided error probability of the statement. Default .05; two limits inside one statement share it.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The approved mean KL for a budget made of it, nats; <c>null</c> when none is approved.</summary>
    public double? ApprovedMean { get; init; }

    /// <summary>Why the approved KL cannot be compared with; <c>null</c> when it can.</summary>
    public string? NotComparableBecause { get; init; }

    /// <summary>The command that approves, for the message.</summary>
    public string? ApproveCommand { get; init; }

    /// <summary>Why the gate exists, in the author's words.</summary>
    public string Because { get; init; } = "";
}
