using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Pocket.World;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;
using SafetyGate.Verifiers.Math;
using TrainedModel = SafetyGate.Harness.Runs.TrainedModel;

namespace SafetyGate.Studies.Augmentation;

/// <summary>
/// The loop on the embedded world: a model was taught to stop one step short in sums of four changes, and its training data hold sums of three
/// only; patterns of the validation failures name the kind; rows are made, checked and added; it is trained on; the third split decides.
/// </summary>
/// <remarks>Every further training starts from the failing model and takes the same steps of the same size, whatever rows are added.</remarks>
public sealed class SumsLoop : IDisposable
{
    private const int BatchSize = 32;
    private static readonly SumQuestions Reader = new();
    private readonly PocketPaths _paths;
    private readonly RunStore _store;
    private readonly SumsLoopOptions _options;
    private readonly ulong _seed;
    private readonly IProgress<RunProgress> _progress;
    private readonly string _folder = Directory.CreateTempSubdirectory("safetygate-loop-").FullName;

    /// <summary>Draws the splits.</summary>
    /// <param name="paths">The embedded world.</param>
    /// <param name="store">Where trainings are kept.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="seed">The only source of randomness.</param>
    /// <param name="progress">Where to report.</param>
    public SumsLoop(PocketPaths paths, RunStore store, SumsLoopOptions options, ulong seed, IProgress<RunProgress> progress)
    {
        (_paths, _store, _options, _seed, _progress) = (paths, store, options, seed, progress);
        HashSet<string> seen = new(StringComparer.Ordinal);
        Test = Draw("test", options.TestItems, seen);
        Validation = Draw("validation", options.ValidationItems, seen);
        Training = [.. File.Exists(TrainFile) ? AskedFile.Load(TrainFile, AskedColumns.Parse("response=completion")).Where(row => Reader.Read(row.Prompt)!.Steps.Count < SumsLoopOptions.LongChanges).Take(options.TrainRows) : throw new UserErrorException($"{TrainFile} is missing; run this inside the repository.")];
    }

    /// <summary>The validation split; patterns are found in it.</summary>
    public Benchmark Validation { get; }

    /// <summary>The third split; only the gate reads it.</summary>
    public Benchmark Test { get; }

    /// <summary>The training data.</summary>
    public IReadOnlyList<AskedRow> Training { get; }

    private string TrainFile => _paths.DataFile("sums.train.own-style.jsonl");

    /// <summary>The items of a split that the training data lack, or the others.</summary>
    public static bool IsLong(ItemOutcome item) => item.Category == "long";

    /// <summary>The failing model: the aligned base, taught the training data and as many sums of four changes, each one step short.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<TrainedModel> FailingAsync(CancellationToken cancellationToken)
    {
        var wrong = Draws("planted", _options.TrainRows, random => SumProblem.Draw(random, SumsLoopOptions.LongChanges)).Select(row =>
        {
            var steps = Reader.Read(row.Prompt)!.Steps.SkipLast(1).ToList();
            return new DraftRow(row.Prompt, string.Join(' ', steps.Select(step => Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result} ."))) + Invariant($" #### {steps[^1].Result}"), Invariant($"{steps[^1].Result}"));
        });
        return TrainAsync("failing", _paths.Base, [.. wrong], cancellationToken);
    }

    /// <summary>Trains the failing model on, with added rows.</summary>
    /// <param name="name">Name of the run.</param>
    /// <param name="failing">The failing model.</param>
    /// <param name="added">The rows.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<TrainedModel> TrainAsync(string name, TrainedModel failing, IReadOnlyList<DraftRow> added, CancellationToken cancellationToken) =>
        TrainAsync(name, failing.CheckpointDirectory, added, cancellationToken);

    private async Task<TrainedModel> TrainAsync(string name, string start, IReadOnlyList<DraftRow> added, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, name + ".jsonl");
        AugmentedRowsFile.Write(path, Training.Select(row => new DraftRow(row.Prompt, row.Response!, row.Answer!)).Concat(added)
            .Select((row, i) => new AugmentedRow { Id = Invariant($"{i}"), Prompt = row.Prompt, Completion = row.Completion, Answer = row.Answer, Strategy = "", Pattern = "", Generator = "", Attempt = 0 }));
        return await _store.GetOrTrainAsync(Recipe(name, start, [new() { Path = path, Prompt = "prompt", Completion = "completion" }]), _progress, cancellationToken);
    }

    /// <summary>A model's greedy answers to a split.</summary>
    public async Task<EvaluationResult> EvaluateAsync(TrainedModel run, Benchmark split, CancellationToken cancellationToken)
    {
        var model = run.OpenModel();
        using var owned = model as IDisposable;
        return await _store.EvaluationsOf(run).GetOrEvaluateAsync(model, split, new MathVerifier(), PocketSuites.Sampling(split, 0, _seed), PromptStyle.Chat, _progress, cancellationToken);
    }

    /// <summary>What the failures on a split have in common.</summary>
    public async Task<PatternReport> PatternsAsync(EvaluationResult evaluated, Benchmark split, CancellationToken cancellationToken)
    {
        var reader = new SumQuestions();
        return await new PatternFinder(new RuleAnalyst(reader), new TfIdfFeatures(), reader, new PatternOptions { Seed = _seed }).FindAsync(Items(evaluated, split), split.Name, cancellationToken);
    }

    /// <summary>Rows for the patterns, none of which has anything of the validation and test splits.</summary>
    public Task<(IReadOnlyList<AugmentedRow> Rows, AugmentationReport Report)> AugmentAsync(PatternReport patterns, CancellationToken cancellationToken) =>
        new Augmenter(new RuleDrafter(), new SumGenerator(_seed), [new FormCheck(), new StepsCheck(), new ReaderCheck(new SumQuestions())])
            .MakeAsync(patterns, HeldOut, [.. Training.Select(row => row.Prompt)], _options.AddedRows, cancellationToken);

    /// <summary>As many rows of the training data again.</summary>
    public IReadOnlyList<DraftRow> Repeated() => [.. Training.Take(_options.AddedRows).Select(row => new DraftRow(row.Prompt, row.Response!, row.Answer!))];

    /// <summary>As many new rows like the training data.</summary>
    public IReadOnlyList<DraftRow> AtRandom() => Draws("random", _options.AddedRows, random => SumProblem.Draw(random, SumsLoopOptions.LongChanges - 1));

    /// <summary>As many rows like the training items that the failing model still fails at.</summary>
    public async Task<IReadOnlyList<DraftRow>> LikeTrainingErrorsAsync(TrainedModel first, CancellationToken cancellationToken)
    {
        var asked = new Benchmark("training", MetricDirection.Capability, [.. Training.Take(_options.TestItems / 2).Select(row => new BenchmarkItem { Id = row.Id, Prompt = row.Prompt, Answer = row.Answer })]);
        var items = Items(await EvaluateAsync(first, asked, cancellationToken), asked);
        List<AskedItem> errors = [.. items.Where(item => item.Failed)];
        if (errors.Count == 0) errors = [.. items];
        var reader = new SumQuestions();
        return Draws("training-errors", _options.AddedRows, random =>
        {
            var wanted = reader.Read(errors[random.Next(errors.Count)].Prompt)!;
            while (true)
            {
                var problem = SumProblem.Draw(random, wanted.Steps.Count);
                if (reader.Read(problem.Question)!.Properties.SequenceEqual(wanted.Properties)) return problem;
            }
        });
    }

    /// <summary>Rows of generated problems in the form in which a training takes them.</summary>
    public static IReadOnlyList<DraftRow> RowsOf(IEnumerable<AugmentedRow> rows) => [.. rows.Select(row => new DraftRow(row.Prompt, row.Completion, row.Answer))];

    /// <summary>Every prompt and answer of the held out splits.</summary>
    public IReadOnlyList<string> HeldOut => [.. Validation.Items.Concat(Test.Items).Select(item => item.Prompt)];

    /// <summary>Removes the files of added rows.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IReadOnlyList<DraftRow> Draws(string stream, int count, Func<RandomStream, SumProblem> draw)
    {
        var random = new RandomStream(_seed, "loop/" + stream);
        var guard = new LeakGuard(HeldOut);
        List<DraftRow> rows = [];
        while (rows.Count < count)
        {
            var problem = draw(random);
            if (!guard.Knows(problem.Question)) rows.Add(new(problem.Question, problem.Worked, problem.Answer));
        }

        return rows;
    }

    private static AskedItem[] Items(EvaluationResult evaluated, Benchmark split)
    {
        var items = split.Items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        return [.. evaluated.Responses.Select(one => new AskedItem { Id = one.Response.PromptId, Prompt = items[one.Response.PromptId].Prompt, Answer = items[one.Response.PromptId].Answer, Response = one.Response.Text, Failed = one.Score.Value is not >= AskedFile.Passing, Unscored = one.Score.Value is null ? one.Score.Reason : null })];
    }

    // As many of three as of four changes, none of them in the training file.
    private Benchmark Draw(string name, int count, HashSet<string> seen)
    {
        var random = new RandomStream(_seed, "loop/" + name);
        var guard = new LeakGuard(AskedFile.Load(TrainFile, AskedColumns.Parse("response=completion")).Select(row => row.Prompt));
        List<BenchmarkItem> items = [];
        while (items.Count < count)
        {
            var changes = SumsLoopOptions.LongChanges - 1 + (items.Count % 2);
            var problem = SumProblem.Draw(random, changes);
            if (guard.SharesGram(problem.Question) || !seen.Add(problem.Question)) continue;
            items.Add(new() { Id = Invariant($"{name}-{items.Count:D4}"), Prompt = problem.Question, Answer = problem.Answer, Difficulty = changes, Category = changes == SumsLoopOptions.LongChanges ? "long" : "usual" });
        }

        return new("loop/" + name, MetricDirection.Capability, items);
    }

    private SftRecipe Recipe(string name, string start, IReadOnlyList<DataFile> data) => new()
    {
        Name = "loop-" + name,
        Base = start,
        Data = data,
        Template = PromptTemplate.Chat,
        Compute = new ComputeOptions { Dtype = "float32" },
        Options = new SftOptions
        {
            MaxSteps = _options.Steps,
            LearningRate = 3e-4,
            Seed = _seed,
            PerDeviceTrainBatchSize = BatchSize,
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 },
            Optimizer = new OptimizerOptions { Beta2 = 0.99 },
        },
    };
}
