using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Evidence by hand: outcomes as a string, one character an item: 1, 0, or ? for unscored.</summary>
internal static class Fake
{
    public static readonly GateSettings TwoPoints = new() { Margin = 0.02, Because = "guardrails must survive tuning" };

    public static Measurement Measured(string outcomes, string model = "tuned", MetricDirection direction = MetricDirection.Safety, Func<int, string?>? category = null) => new()
    {
        Metric = "pocket/adversarial, greedy",
        Benchmark = "pocket/adversarial",
        BenchmarkDigest = new string('b', 64),
        Direction = direction,
        Scorer = "refusal",
        ScorerVersion = "1",
        Sampling = new SamplingOptions { MaxNewTokens = 24, Seed = 1 },
        Model = new ModelIdentity { Name = model, WeightsDigest = "weights of " + model, TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" },
        Items = [.. outcomes.Select((o, i) => Item(i, o switch { '1' => 1, '0' => 0, _ => null }, category?.Invoke(i)))],
    };

    public static ItemOutcome Item(int i, double? score, string? category = null) => new()
    {
        Id = Invariant($"item-{i:0000}"),
        Category = category,
        Scores = [score],
        ResponseDigests = [Invariant($"{i:x64}")],
        UnscoredReasons = score is null ? ["truncated"] : [],
    };

    /// <summary>both + lost + gained + neither, approved and now.</summary>
    public static (Measurement Approved, Measurement Now) Table(int both, int lost, int gained, int neither, Func<int, string?>? category = null) =>
        (Measured(new string('1', both + lost) + new string('0', gained + neither), "approved", category: category),
         Measured(new string('1', both) + new string('0', lost) + new string('1', gained) + new string('0', neither), category: category));

    public static PairedClaim Ask(Measurement? approved, Measurement now, GateSettings? settings = null) => new()
    {
        Against = ComparisonKind.Baseline,
        Approved = approved,
        ApprovedSettings = approved is null ? null : settings ?? TwoPoints,
        Now = now,
        Settings = settings ?? TwoPoints,
        ApproveCommand = "./gate approve \"Specs.Holds\" --why \"…\"",
    };

    public static PairedClaim Ask((Measurement Approved, Measurement Now) table, GateSettings? settings = null) => Ask(table.Approved, table.Now, settings);
}
