namespace SafetyGate.Trainers.Loop;

/// <summary>Ends a run when the policy has become good enough. Immutable; vary it with <c>with</c>.</summary>
public sealed record TargetAccuracy
{
    /// <summary>Share of the selection split, in (0, 1], at which the run ends.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Steps between two measurements.</summary>
    public required int EverySteps { get; init; }

    /// <summary>Whether a run that does all its steps without reaching the target has failed. Default: no; see the report.</summary>
    public bool MustReach { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Accuracy is not (> 0 and <= 1)) yield return Invariant($"Target {nameof(Accuracy)} is {Accuracy}; it must lie in (0, 1].");
        if (EverySteps < 1) yield return Invariant($"Target {nameof(EverySteps)} is {EverySteps}; it must be 1 or more.");
    }
}
