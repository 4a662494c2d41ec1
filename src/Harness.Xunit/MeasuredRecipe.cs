using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// One gated metric of a recipe over its trainings. The spread between the trainings enters the interval, so the same items rule out less
/// than for one checkpoint.
/// </summary>
public sealed record MeasuredRecipe : MeasuredScores
{
    /// <summary>The metric that is gated.</summary>
    public required GatedMetric Metric { get; init; }

    /// <summary>One for each seed, in the order of the seeds.</summary>
    public required IReadOnlyList<MeasuredTraining> Trainings { get; init; }

    /// <summary>
    /// The trainings on all items, when the verdict rests on the first ones and results are to be received; a baseline holds the full budget.
    /// </summary>
    public IReadOnlyList<MeasuredTraining>? Whole { get; init; }

    /// <summary>The untuned model.</summary>
    public required EvaluationResult Reference { get; init; }

    /// <summary>Gated metrics of the recipe: calling a drop is adjusted over them.</summary>
    public required int Family { get; init; }

    /// <summary>The approved scores of people; those that hold are in the measurements already.</summary>
    internal ApprovedOverrides Overrides { get; init; } = ApprovedOverrides.None;

    /// <summary>Name of the metric.</summary>
    public override string ToString() => Metric.Name;

    internal override IReadOnlyList<TrainedModel> Models => [.. Trainings.Select(training => training.Run)];

    internal override TextLine RunLine => new("runs", $"{Trainings[0].Recipe.Name}, seeds {string.Join(", ", Trainings.SelectMany(training => training.Recipe.Seeds))}; responses in {string.Join(", ", Models.Select(run => Path.Combine(run.RunDirectory, RunLayout.Evaluations)))}");

    internal override IEnumerable<RuleTerm> FamilyTerms => [new("gated metrics", Invariant($"{Family}"))];

    internal override void ClaimSnapshots() => Snapshots.Claim();

    internal override string Receive(GateSettings settings) => Snapshots.Receive(settings);

    internal override void Discard() => Snapshots.Discard();

    // The approved trainings are other ones: no item of theirs stands beside one of these.
    internal override void KeepItems(Decision decision)
    {
        foreach (var training in Whole ?? Trainings) MeasuredItems.Keep(this, training.Run, Metric.Benchmark, training.Now, Reference, approved: null);
    }

    // Twice the metrics: each is compared with its baseline and with its anchor.
    internal override Decision AgainstBaseline(GateSettings settings)
    {
        var (approved, first, problem) = (new List<MetricResult>(), new List<Measurement>(), default(string));
        var isFirst = settings.Anchor == AnchorKind.FirstApproved;
        try
        {
            approved.AddRange(Snapshots.Approved().Select(Of).OfType<MetricResult>());
            if (isFirst) first.AddRange(Snapshots.FirstApproved().Select(Of).OfType<MetricResult>().Select(result => Overrides.On(result.Measurement)));
        }
        catch (UserErrorException e)
        {
            problem = e.Message;
        }

        var gates = approved.Select(result => result.Gate).OfType<GateSettings>().ToList();
        return RunVerdicts.Decide(new TrainingsClaim
        {
            Against = ComparisonKind.Baseline,
            Approved = [.. approved.Select(result => Overrides.On(result.Measurement))],
            ApprovedSettings = gates.Find(gate => Comparability.Differences(gate, settings, Metric.Benchmark.Direction).Any()) ?? gates.FirstOrDefault(),
            BaselineProblem = problem,
            Now = Now,
            Untuned = Untuned,
            Settings = settings,
            Anchor = isFirst ? null : Reference.Measurement,
            FirstApproved = first,
            Family = 2 * Family,
            ApproveCommand = Snapshots.ApproveCommand,
        });
    }

    private MetricResult? Of(ResultDocument document) =>
        document.Find(Trainings[0].Now.Measurement.Metric) ?? document.Metrics.FirstOrDefault();

    internal override Decision AgainstReference(GateSettings settings) => RunVerdicts.Decide(new TrainingsClaim
    {
        Against = ComparisonKind.Reference,
        Approved = [Reference.Measurement],
        Now = Now,
        Untuned = Untuned,
        Settings = settings,
        Family = Family,
    });

    // One training that changed nothing is one too few.
    private string? Untuned => Trainings.Select(training => training.Untuned is { } why ? Invariant($"seed {training.Run.Record.Seed}: {why}") : null).FirstOrDefault(why => why is not null);

    private RecipeSnapshots Snapshots => new(this);

    private IReadOnlyList<Measurement> Now => [.. Trainings.Select(training => training.Now.Measurement)];
}
