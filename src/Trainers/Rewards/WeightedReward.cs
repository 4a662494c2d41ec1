using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Trainers.Rewards;

/// <summary>A reward and its weight in the sum.</summary>
/// <param name="Reward">Gives a number in [0, 1], or <c>null</c> where it does not apply.</param>
/// <param name="Weight">Finite; negative for a penalty.</param>
public sealed record WeightedReward([property: JsonPropertyName("name"), JsonConverter(typeof(VerifierName<IReward>))] IReward Reward,
    double Weight = 1)
{
    /// <summary>Validation errors of a recipe's rewards, one sentence each; empty if they are valid.</summary>
    internal static IEnumerable<string> Problems(IReadOnlyList<WeightedReward> rewards)
    {
        foreach (var problem in rewards.Select(weighted => Scorers.VersionProblem(weighted.Reward)).OfType<string>()) yield return problem;
        if (rewards.GroupBy(weighted => weighted.Reward.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"The reward '{twice.Key}' is there twice; give it once, with the sum of the weights.";
        if (rewards.FirstOrDefault(weighted => !double.IsFinite(weighted.Weight)) is { } endless)
            yield return Invariant($"The weight of the reward '{endless.Reward.Name}' is {endless.Weight}; it must be finite.");
    }

    /// <summary>Key of the reward.</summary>
    /// <exception cref="UserErrorException">It has no version.</exception>
    internal JsonObject Describe()
    {
        if (Scorers.VersionProblem(Reward) is { } problem) throw new UserErrorException(problem);
        var description = JsonFormat.Describe(this);
        description["version"] = Reward.Version;
        return description;
    }

    /// <summary>The weighted sum of each response; NaN where no reward applies.</summary>
    /// <param name="rewards">The rewards.</param>
    /// <param name="batch">Items and responses.</param>
    internal static IReadOnlyList<double> Sums(IReadOnlyList<WeightedReward> rewards,
        IReadOnlyList<(BenchmarkItem Item, Response Response)> batch)
    {
        var columns = rewards.Select(reward => (reward.Weight, Values: reward.Reward.Rewards(batch))).ToList();
        return [.. batch.Select((_, row) => columns.TrueForAll(column => column.Values[row] is null) ? double.NaN : columns.Sum(column => column.Weight * (column.Values[row] ?? 0)))];
    }
}
