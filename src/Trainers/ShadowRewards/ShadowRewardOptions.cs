using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>How rewards are learnt from demonstrations, in rounds with the policy. Immutable; vary it with <c>with</c>.</summary>
public sealed record ShadowRewardOptions
{
    /// <summary>Training of one reward model in one round. Its share held out is of demonstrations, so that no prompt is on both sides.</summary>
    public required RewardModelOptions Model { get; init; }

    /// <summary>Rounds of drawing from the policy, training the rewards and training the policy. Default 2.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Responses drawn for each demonstration in a round; those that differ from it are its pairs. Default 4.</summary>
    public int SamplesPerDemonstration { get; init; } = 4;

    /// <summary>Whether each category has a reward model of its own. Default: yes.</summary>
    public ShadowRouting Routing { get; init; } = ShadowRouting.Category;

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Model.Problems()) yield return "rewards.model: " + problem;
        if (Rounds < 1) yield return Invariant($"rewards: rounds is {Rounds}; it must be 1 or more.");
        if (SamplesPerDemonstration < 1) yield return Invariant($"rewards: samples_per_demonstration is {SamplesPerDemonstration}; it must be 1 or more.");
        if (!Enum.IsDefined(Routing)) yield return "rewards: routing has a value its enumeration does not know.";
    }
}
