namespace SafetyGate.Studies.Safety.Plan;

/// <summary>A task that arms are tuned for, and how their accuracy at it is measured.</summary>
public sealed record StudyDomain
{
    /// <summary>Name, such as <c>sums</c>; the placeholder <c>{domain}</c> of an arm's recipe.</summary>
    public required string Name { get; init; }

    /// <summary>The test split: gains of accuracy are measured on it. No run stops by it.</summary>
    public required StudySuite Test { get; init; }

    /// <summary>Prompts of the training split, on which the KL is measured as well; <c>null</c> for none.</summary>
    public StudySuite? Training { get; init; }
}
