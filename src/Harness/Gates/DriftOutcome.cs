namespace SafetyGate.Harness.Gates;

/// <summary>What one of the statements about KL came to: the budget, the certificate, the objective.</summary>
public sealed record DriftOutcome
{
    /// <summary>Which statement.</summary>
    public required ComparisonKind Kind { get; init; }

    /// <summary>Name of what was measured, such as <c>KL on pocket/adversarial, temperature 1</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>What decided.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>True when it fails the build.</summary>
    public required bool Fails { get; init; }

    /// <summary>The message a reviewer can act on; its first line says what broke or holds.</summary>
    public required string Message { get; init; }

    /// <summary>The limit that was compared: the KL's upper one, the certified safety, or the lower one of the objective's change; <c>null</c> when there is none.</summary>
    public double? Limit { get; init; }

    /// <summary>What it was compared with; <c>null</c> when there is nothing.</summary>
    public double? Against { get; init; }
}
