namespace SafetyGate.Harness.Reports;

/// <summary>The training run a verdict is about.</summary>
/// <param name="Name">Name of the recipe.</param>
/// <param name="Digest">Key of the run in the store; lower-case hex.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Steps">Steps it took.</param>
public sealed record ReportedRun(string Name, string Digest, ulong Seed, long Steps)
{
    /// <summary>Digest of the recipe's description; empty in logs that do not say.</summary>
    public string RecipeDigest { get; init; } = "";

    /// <summary>What the recipe says, by <see cref="Baselines.RecipeSettings"/>; empty in logs that do not say.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
