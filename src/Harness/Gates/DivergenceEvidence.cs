using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Gates;

/// <summary>The limit of a divergence between two models, or of a quantity derived from it, with the value it is compared with.</summary>
public sealed record DivergenceEvidence : Evidence
{
    /// <summary>
    /// The limit that was compared: the KL's upper one, the certified safety, or the lower one of the objective's change; <c>null</c> if
    /// there is none.
    /// </summary>
    public required double? Limit { get; init; }

    /// <summary>Value it was compared with: the budget in nats, the floor, or 0; <c>null</c> if there is none.</summary>
    public required double? Against { get; init; }

    /// <summary>One-sided level of each limit; half of the statement's where two limits share it.</summary>
    public required double Alpha { get; init; }

    /// <summary>Where <see cref="Against"/> comes from; empty if that needs no words.</summary>
    public string Source { get; init; } = "";

    /// <summary>The certificate of safety; <c>null</c> for another claim.</summary>
    public SafetyCertificate? Certificate { get; init; }
}
