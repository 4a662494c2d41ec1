using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Studies.Trees;

/// <summary>The verifier of a tree: looks the response up among its paths. A response that is not one of them earns nothing.</summary>
/// <param name="tree">The tree.</param>
internal sealed class TreeReward(TokenTree tree) : IReward
{
    private readonly Dictionary<string, double> _rewards = tree.Paths.ToDictionary(path => Text(path.Tokens), path => path.Reward,
        StringComparer.Ordinal);

    public string Name => "tree";

    public string Version => "1";

    /// <summary>Tokens as text.</summary>
    public static string Text(IReadOnlyList<int> ids) => string.Join(' ', ids);

    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
        [.. batch.Select(pair => (double?)_rewards.GetValueOrDefault(pair.Response.Text))];
}
