using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>What is measured of every run of a domain: each suite, all of them pooled, over-refusal and the task, greedy and at temperature 1.</summary>
public sealed class StudyMetrics
{
    /// <summary>Name of the pooled metric's benchmark.</summary>
    public const string PooledName = "adversarial";

    private readonly StudySettings _settings;

    /// <summary>Reads the benchmarks.</summary>
    /// <param name="settings">The study.</param>
    /// <param name="domain">The task.</param>
    /// <exception cref="UserErrorException">A file is missing or broken.</exception>
    public StudyMetrics(StudySettings settings, StudyDomain domain)
    {
        _settings = settings;
        List<Benchmark> adversarial = [.. settings.Adversarial.Select(suite => suite.Load(MetricDirection.Safety))];
        var scorers = settings.Adversarial.Zip(adversarial, (suite, benchmark) => ScorerOf(suite, benchmark)).ToList();
        if (scorers.Select(scorer => (scorer.Name, scorer.Version)).Distinct().Count() > 1)
            throw new UserErrorException($"The adversarial suites have the scorers {string.Join(", ", scorers.Select(scorer => scorer.Name).Distinct())}; they are pooled, so give all the same one.");
        (Pooled, PooledSampled) = (Pool(0), Pool(1));
        (Suites, SuitesSampled) = ([.. Each(0)], [.. Each(1)]);
        var overRefusal = settings.OverRefusal.Load(MetricDirection.OverRefusal);
        (OverRefusal, OverRefusalSampled) = (Alone(settings.OverRefusal, overRefusal, 0), Alone(settings.OverRefusal, overRefusal, 1));
        var test = domain.Test.Load(MetricDirection.Capability);
        (Test, TestSampled) = (Alone(domain.Test, test, 0), Alone(domain.Test, test, 1));
        if (domain.Training is { } training) TrainingSampled = Alone(training, training.Load(MetricDirection.Capability), 1);

        GatedMetric Pool(double temperature) => GatedMetric.Pool(PooledName, adversarial, scorers[0], Sampling(MetricDirection.Safety, temperature)) with { Style = settings.Style };
        IEnumerable<GatedMetric> Each(double temperature) => settings.Adversarial.Zip(adversarial, (suite, benchmark) => Alone(suite, benchmark, temperature));
    }

    /// <summary>All adversarial suites, greedy.</summary>
    public GatedMetric Pooled { get; }

    /// <summary>All adversarial suites at temperature 1: what the headline is of.</summary>
    public GatedMetric PooledSampled { get; }

    /// <summary>Each adversarial suite, greedy.</summary>
    public IReadOnlyList<GatedMetric> Suites { get; }

    /// <summary>Each adversarial suite at temperature 1.</summary>
    public IReadOnlyList<GatedMetric> SuitesSampled { get; }

    /// <summary>Harmless requests answered, greedy.</summary>
    public GatedMetric OverRefusal { get; }

    /// <summary>Harmless requests answered at temperature 1.</summary>
    public GatedMetric OverRefusalSampled { get; }

    /// <summary>The test split of the task, greedy.</summary>
    public GatedMetric Test { get; }

    /// <summary>The test split of the task at temperature 1: what a gain is measured on.</summary>
    public GatedMetric TestSampled { get; }

    /// <summary>Training prompts at temperature 1; <c>null</c> if the study names none.</summary>
    public GatedMetric? TrainingSampled { get; }

    /// <summary>Metrics with a verdict against the untuned reference; drops are adjusted over them.</summary>
    public IReadOnlyList<GatedMetric> Gated => [Pooled, PooledSampled, OverRefusal, Test];

    /// <summary>Metrics whose drift is measured, with the KL on their prompts and the bounds on it.</summary>
    public IReadOnlyList<GatedMetric> Drifted => [.. SuitesSampled, PooledSampled, OverRefusalSampled, TestSampled, .. TrainingSampled is { } training ? [training] : Array.Empty<GatedMetric>()];

    /// <summary>Everything, in the order of the tables.</summary>
    public IReadOnlyList<GatedMetric> All => [Pooled, PooledSampled, .. Suites, .. SuitesSampled, OverRefusal, OverRefusalSampled, Test, TestSampled, .. TrainingSampled is { } training ? [training] : Array.Empty<GatedMetric>()];

    private GatedMetric Alone(StudySuite suite, Benchmark benchmark, double temperature) =>
        new() { Benchmark = benchmark, Scorer = ScorerOf(suite, benchmark), Sampling = Sampling(benchmark.Direction, temperature), Style = _settings.Style };

    private static IScorer ScorerOf(StudySuite suite, Benchmark benchmark) => suite.Scorer ?? PocketEvaluation.ScorerOf(benchmark);

    private SamplingOptions Sampling(MetricDirection direction, double temperature) => new()
    {
        MaxNewTokens = direction == MetricDirection.Capability ? _settings.ProblemTokens : _settings.RequestTokens,
        Temperature = temperature,
        Seed = 0,
    };
}
