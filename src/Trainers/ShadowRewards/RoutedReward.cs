using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>A reward for each category: a response is scored by the one of its item's category, and not at all where there is none.</summary>
public sealed class RoutedReward : IReward
{
    private readonly IReadOnlyDictionary<string, IReward> _rewards;

    /// <summary>A routed reward.</summary>
    /// <param name="rewards">The reward of each category. Borrowed.</param>
    /// <exception cref="ArgumentException">There is none, or one has no version.</exception>
    public RoutedReward(IReadOnlyDictionary<string, IReward> rewards)
    {
        if (rewards.Count == 0) throw new ArgumentException("There is no reward to route to; give one for a category at least.", nameof(rewards));
        if (rewards.Values.Select(reward => Scorers.VersionProblem(reward)).OfType<string>().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(rewards));
        _rewards = rewards;
        var parts = rewards.OrderBy(reward => reward.Key, StringComparer.Ordinal).Select(reward => $"{reward.Key}\n{reward.Value.Name}\n{reward.Value.Version}\n");
        Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))));
    }

    /// <inheritdoc/>
    public string Name => "shadow-reward";

    /// <summary>Digest of the categories and of the versions of their rewards.</summary>
    public string Version { get; }

    /// <inheritdoc/>
    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch)
    {
        var values = new double?[batch.Count];
        foreach (var group in Enumerable.Range(0, batch.Count).GroupBy(i => batch[i].Item.Category ?? "", StringComparer.Ordinal))
        {
            if (!_rewards.TryGetValue(group.Key, out var reward)) continue;
            int[] rows = [.. group];
            var scored = reward.Rewards([.. rows.Select(row => batch[row])]);
            for (var i = 0; i < rows.Length; i++) values[rows[i]] = scored[i];
        }

        return values;
    }
}
