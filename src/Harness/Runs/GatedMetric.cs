using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Runs;

/// <summary>One metric that gates a run: what is asked, how responses are drawn, who judges.</summary>
public sealed record GatedMetric
{
    /// <summary>What is asked. For a pool, what <see cref="Benchmark.Pool"/> made of <see cref="Suites"/>.</summary>
    public required Benchmark Benchmark { get; init; }

    /// <summary>The suites of a pool, each asked once however many metrics use it; empty when the benchmark is asked itself.</summary>
    public IReadOnlyList<Benchmark> Suites { get; init; } = [];

    /// <summary>Who judges.</summary>
    public required IScorer Scorer { get; init; }

    /// <summary>How responses are drawn. The seed is replaced: it comes from what is evaluated, so that nobody draws until it is green.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>As a conversation or as plain text. Default: a conversation.</summary>
    public PromptStyle Style { get; init; } = PromptStyle.Chat;

    /// <summary>
    /// How often its evidence may be looked at. Default once, at all items. Otherwise it is asked look by look, until the gate can say
    /// Passed or Regressed; it then takes no part in the measuring of the other metrics, for which it counts as p = 1.
    /// </summary>
    public Looks Looks { get; init; } = Looks.Once;

    /// <summary>Name of the metric, such as <c>pocket/direct, greedy</c>; unique among the gated metrics of a run.</summary>
    public string Name => Evaluator.MetricName(Benchmark.Name, Sampling);

    /// <summary>The suites of a benchmark pooled in one metric.</summary>
    public static GatedMetric Pool(string name, IReadOnlyList<Benchmark> suites, IScorer scorer, SamplingOptions sampling) =>
        new() { Benchmark = Benchmark.Pool(name, suites), Suites = suites, Scorer = scorer, Sampling = sampling };

    /// <summary>The name, for test explorers.</summary>
    public override string ToString() => Name;
}
