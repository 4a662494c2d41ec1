using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>
/// A reward for each category: a response is scored by the one of its item's category, and not at all where there is none. One without a
/// category, pooled, scores all.
/// </summary>
public sealed class RoutedReward : IReward, IDisposable
{
    /// <summary>Name of the file that says which folder has the reward model of which category.</summary>
    public const string FileName = "rewards.json";

    private readonly List<IDisposable> _owned = [];
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

    /// <summary>Loads the reward models that a run from demonstrations left in its <c>rewards/</c>.</summary>
    /// <param name="directory">The folder with <see cref="FileName"/>.</param>
    /// <param name="template">How prompts and responses are put, as when they were trained.</param>
    /// <param name="compute">Device and number type; defaults when <c>null</c>.</param>
    /// <returns>The reward; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">The file or a model is missing or malformed, or a folder lies outside.</exception>
    public static RoutedReward Load(string directory, PromptTemplate template, ComputeOptions? compute = null)
    {
        var root = Path.GetFullPath(directory) + Path.DirectorySeparatorChar;
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (category, folder) in StrictJson.ReadFile(Path.Combine(directory, FileName)).Members)
        {
            var path = folder.AsPath(root);
            folders[category] = path.StartsWith(root, StringComparison.Ordinal) ? path : throw folder.Error($"is '{folder.Text}'; the reward models of a run lie in its own folder.");
        }

        return folders.Count > 0 ? Load(folders, template, compute) : throw new UserErrorException($"{Path.Combine(directory, FileName)}: names no reward model.");
    }

    /// <summary>Loads the reward model of each category from its folder.</summary>
    internal static RoutedReward Load(IReadOnlyDictionary<string, string> folders, PromptTemplate template, ComputeOptions? compute)
    {
        compute ??= new();
        var models = new Dictionary<string, IReward>(StringComparer.Ordinal);
        try
        {
            foreach (var (category, folder) in folders) models[category] = RewardModel.Load(folder, template, compute.OpenDevice(), compute.ScalarType);
            var routed = new RoutedReward(models);
            routed._owned.AddRange(models.Values.OfType<IDisposable>());
            return routed;
        }
        catch
        {
            foreach (var model in models.Values.OfType<IDisposable>()) model.Dispose();
            throw;
        }
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
            if (!_rewards.TryGetValue(group.Key, out var reward) && !_rewards.TryGetValue("", out reward)) continue;
            int[] rows = [.. group];
            var scored = reward.Rewards([.. rows.Select(row => batch[row])]);
            for (var i = 0; i < rows.Length; i++) values[rows[i]] = scored[i];
        }

        return values;
    }

    /// <summary>Frees the models it loaded.</summary>
    public void Dispose() => _owned.ForEach(model => model.Dispose());
}
