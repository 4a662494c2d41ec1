using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Runs;

/// <summary>One metric that gates a run: benchmark, sampling and scorer.</summary>
public sealed record GatedMetric
{
    /// <summary>The benchmark. For a pool, the result of <see cref="Benchmark.Pool"/> on <see cref="Suites"/>.</summary>
    public required Benchmark Benchmark { get; init; }

    /// <summary>The suites of a pool, each run once however many metrics use it; empty if the benchmark itself is run.</summary>
    public IReadOnlyList<Benchmark> Suites { get; init; } = [];

    /// <summary>The scorer; has a version.</summary>
    /// <exception cref="ArgumentException">It has none, so results could not be told apart.</exception>
    public required IScorer Scorer
    {
        get;
        init => field = Scorers.VersionProblem(value) is { } problem ? throw new ArgumentException(problem, nameof(Scorer)) : value;
    }

    /// <summary>
    /// How responses are drawn. The seed is replaced: it is derived from the model and the benchmark, so that rerunning until green is not
    /// possible.
    /// </summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>As a conversation or as plain text. Default: a conversation.</summary>
    public PromptStyle Style { get; init; } = PromptStyle.Chat;

    /// <summary>
    /// How often its evidence may be looked at. Default once, at all items. Otherwise it is evaluated look by look, until the gate can
    /// decide
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
