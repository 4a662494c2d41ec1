namespace SafetyGate.Studies.Trees;

/// <summary>Where one run on a tree ended, by exact enumeration.</summary>
public sealed record TreeResult
{
    /// <summary>The tree.</summary>
    public required string Tree { get; init; }

    /// <summary>The mode.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether the options declare the mode conforming.</summary>
    public required bool Claimed { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>β, in reward per nat.</summary>
    public required double Beta { get; init; }

    /// <summary>KL(π‖q) in nats, q the tilt.</summary>
    public required double KlToTilt { get; init; }

    /// <summary>Most KL(π‖q) of a run that conforms: 1e-3, and 5e-3 below β = .2, where the optimum nearly drops paths.</summary>
    public required double Limit { get; init; }

    /// <summary>G_π.</summary>
    public required double Reward { get; init; }

    /// <summary>S_π.</summary>
    public required double Safety { get; init; }

    /// <summary>KL(π‖p), nats.</summary>
    public required double KlToReference { get; init; }

    /// <summary>G_π − β·KL(π‖p).</summary>
    public required double Objective { get; init; }

    /// <summary>G_p, the objective of the reference.</summary>
    public required double ReferenceObjective { get; init; }

    /// <summary>Whether KL(π‖q) is within the limit.</summary>
    public bool Conforms => KlToTilt <= Limit;

    /// <summary>Whether the objective is not below the reference's: the premise of the certificate that holds for any policy.</summary>
    public bool ObjectiveNotLowered => Objective >= ReferenceObjective;
}
