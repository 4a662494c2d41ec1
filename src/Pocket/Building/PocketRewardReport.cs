using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Pocket.Building;

/// <summary>What a reward model of the world knows of the pairs that were held out.</summary>
public sealed record PocketRewardReport
{
    /// <summary>Least share of the held-out pairs that prefer right answers which a reward model without style must rank so.</summary>
    public const double RequiredAccuracy = 0.95;

    /// <summary>Share of style among the pairs it was trained on.</summary>
    public required double StyleShare { get; init; }

    /// <summary>Digest of its weights.</summary>
    public required string WeightsDigest { get; init; }

    /// <summary>All pairs held out.</summary>
    public required RewardAccuracy All { get; init; }

    /// <summary>Each kind of pair that there is: a right answer over a guess or a slip, or the house style over the own.</summary>
    public required IReadOnlyList<KeyValuePair<string, RewardAccuracy>> Kinds { get; init; }

    /// <summary>Mean score of each form of answer to the problems held out, logits.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Scores { get; init; }
}
