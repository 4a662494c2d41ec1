namespace SafetyGate.Harness.Divergence;

/// <summary>On how much the objective of a run is measured.</summary>
public sealed record ObjectivePlan
{
    /// <summary>Default of <see cref="LargestKl"/>, nats.</summary>
    public const double DefaultLargestKl = 10;

    /// <summary>Training prompts, drawn by a named stream from all of them; all of them when there are fewer. Default 300.</summary>
    public int Prompts { get; init; } = 300;

    /// <summary>Responses to each, of the policy and of the reference. Default 4.</summary>
    public int Samples { get; init; } = 4;

    /// <summary>Nats that the KL on no prompt may exceed: a mean that no bound limits has no upper limit. Default 10.</summary>
    public double LargestKl { get; init; } = DefaultLargestKl;

    /// <summary>Validation errors, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (Prompts < 1) yield return Invariant($"{nameof(Prompts)} is {Prompts}; it must be 1 or more.");
        if (!(LargestKl > 0 && double.IsFinite(LargestKl)))
            yield return Invariant($"{nameof(LargestKl)} is {LargestKl}; it must be finite and above 0.");
        if (Samples < 1) yield return Invariant($"{nameof(Samples)} is {Samples}; it must be 1 or more.");
    }
}
