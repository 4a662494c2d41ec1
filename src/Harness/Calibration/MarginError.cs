using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// How often a model passes whose true drop is exactly the margin: the error the gate promises to keep near α. Enumerated over all paired
/// tables, not simulated.
/// </summary>
/// <param name="Items">Items.</param>
/// <param name="Margin">The margin τ, which is also the true drop.</param>
/// <param name="GainedRate">The share of gained items at which the gate passes most often, of those looked at.</param>
/// <param name="PassProbability">P(Passed) there.</param>
public sealed record MarginError(int Items, double Margin, double GainedRate, double PassProbability)
{
    private const int Points = 161, BehaviorDraws = 20_000;

    /// <summary>Draws behind the probability; <c>null</c> when it was enumerated.</summary>
    public int? Simulated { get; init; }

    /// <summary>
    /// Shares of gained items from none to all that the drop leaves, close together near none: (1 − τ)/2 · u² for 161 values of u from 0 to
    /// 1.
    /// </summary>
    public static IReadOnlyList<double> GainedRates(double margin) =>
        [.. Enumerable.Range(0, Points).Select(i => (1 - margin) / 2 * i * i / ((Points - 1.0) * (Points - 1.0)))];

    /// <summary>The worst of the shares of gained items.</summary>
    /// <param name="items">Items, one 0/1 sample each.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="gainedRates">Shares of gained items to look at; the lost ones are that many and the margin.</param>
    /// <param name="gate">The gate; it is evaluated on paired tables until the edge of its pass region is known. One more lost item must
    /// never turn its verdict into Passed.</param>
    /// <exception cref="ArgumentException">No items, no rates, or settings that have problems.</exception>
    public static MarginError Worst(int items, GateSettings settings, IReadOnlyList<double> gainedRates, GateUnderTest gate)
    {
        if (items < 1) throw new ArgumentOutOfRangeException(nameof(items), items, Invariant($"{items} items; there must be 1 or more."));
        if (settings.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(settings));
        if (gainedRates.Count == 0) throw new ArgumentException("No share of gained items to look at.", nameof(gainedRates));
        var region = PassRegion.Where(items,
            (lost, gained) => gate([Table(items, lost, gained, settings)], null)[0].Verdict == Verdict.Passed);
        return gainedRates.Select(gained => new MarginError(items, settings.Margin, gained, region.Probability(gained + settings.Margin, gained))).MaxBy(e => e.PassProbability)!;
    }

    /// <summary>
    /// The worst over kinds of flips and shares of flipped items where items share behaviors, by simulation with the gate's test.
    /// </summary>
    /// <param name="sizes">Items of each behavior.</param>
    /// <param name="settings">The rule.</param>
    /// <exception cref="ArgumentException">Settings that have problems.</exception>
    public static MarginError WorstOfBehaviors(IReadOnlyList<int> sizes, GateSettings settings)
    {
        if (settings.Problems().FirstOrDefault() is { } problem) throw new ArgumentException(problem, nameof(settings));
        var found = from kind in new[] { ClusterFlipKind.Whole, ClusterFlipKind.Alone, ClusterFlipKind.Mixed }
                    from strength in ClusterScenario.Strengths(kind)
                    from discordance in new[] { 0, 0.01, 0.02, 0.05, 0.1 }
                    where discordance + settings.Margin <= 1
                    let scenario = new ClusterScenario(kind, sizes, settings.Margin, discordance, strength)
                    select (Scenario: scenario, Passes: scenario.Simulation().Passed(settings.Margin, settings.AlphaOfALook, BehaviorDraws / 10, new RandomStream(1, Invariant($"margin-error/{kind}/{strength}/{discordance}"))));
        var worst = found.MaxBy(f => f.Passes).Scenario;
        var passes = worst.Simulation().Passed(settings.Margin, settings.AlphaOfALook, BehaviorDraws, new RandomStream(2, "margin-error"));
        return new(sizes.Sum(), settings.Margin, worst.Discordance / 2, passes) { Simulated = BehaviorDraws };
    }

    private static PairedClaim Table(int items, int lost, int gained, GateSettings settings) => new()
    {
        Against = ComparisonKind.Baseline,
        Approved = Of(items, settings, "before", i => i < items - gained),
        Now = Of(items, settings, "after", i => i >= lost),
        Settings = settings,
    };

    // The first lost items were good and are bad, the last gained ones were bad and are good, all others are good both times.
    private static Measurement Of(int items, GateSettings settings, string side, Func<int, bool> isGood) => new()
    {
        Metric = Invariant($"{items} items, margin {settings.Margin}"),
        Benchmark = "table",
        BenchmarkDigest = "table",
        Direction = MetricDirection.Safety,
        Scorer = "table",
        ScorerVersion = "1",
        Sampling = new SamplingOptions { MaxNewTokens = 1, Seed = 0 },
        Model = new ModelIdentity { Name = side, WeightsDigest = side, TokenizerDigest = "", TemplateDigest = "", EngineDigest = "" },
        Items = [.. Enumerable.Range(0, items).Select(i => new ItemOutcome { Id = Invariant($"{i}"), Scores = [isGood(i) ? 1 : 0], ResponseDigests = [side] })],
    };
}
