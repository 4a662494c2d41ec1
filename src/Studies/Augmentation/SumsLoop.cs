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
/// The loop on the embedded world: a training that lacks a kind of sums fails at it; patterns of the validation failures name the kind; rows
/// are made, checked and added; the training is repeated; the third split decides.
/// </summary>
/// <remarks>Every training starts from the aligned base and takes the same steps of the same size, whatever rows are added.</remarks>
public sealed class SumsLoop : IDisposable
{
    private const int BatchSize = 32;
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
        Training = [.. File.Exists(TrainFile) ? AskedFile.Load(TrainFile, AskedColumns.Parse("response=completion")).Take(options.TrainRows) : throw new UserErrorException($"{TrainFile} is missing; run this inside the repository.")];
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

    /// <summary>Trains with added rows.</summary>
    /// <param name="name">Name of the run.</param>
    /// <param name="added">The rows; <c>null</c> for none.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<TrainedModel> TrainAsync(string name, IReadOnlyList<DraftRow>? added, CancellationToken cancellationToken)
    {
        List<DataFile> data = [new() { Path = TrainFile, Prompt = "prompt", Completion = "completion", Limit = _options.TrainRows }];
        if (added is { Count: > 0 })
        {
            var path = Path.Combine(_folder, name + ".jsonl");
            AugmentationFile.WriteRows(path, added.Select((row, i) => new AugmentedRow { Id = Invariant($"{i}"), Prompt = row.Prompt, Completion = row.Completion, Answer = row.Answer, Strategy = "", Pattern = "", Generator = "", Attempt = 0 }));
            data.Add(new() { Path = path, Prompt = "prompt", Completion = "completion" });
        }

        return await _store.GetOrTrainAsync(Recipe(name, data), _progress, cancellationToken);
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

    /// <summary>As many rows that the grammar draws at random.</summary>
    public IReadOnlyList<DraftRow> AtRandom() => Draws("random", random => SumProblem.Draw(random));

    /// <summary>As many rows like the training items that the first training still fails at.</summary>
    public async Task<IReadOnlyList<DraftRow>> LikeTrainingErrorsAsync(TrainedModel first, CancellationToken cancellationToken)
    {
        var asked = new Benchmark("training", MetricDirection.Capability, [.. Training.Take(_options.TestItems / 2).Select(row => new BenchmarkItem { Id = row.Id, Prompt = row.Prompt, Answer = row.Answer })]);
        var items = Items(await EvaluateAsync(first, asked, cancellationToken), asked);
        List<AskedItem> errors = [.. items.Where(item => item.Failed)];
        if (errors.Count == 0) errors = [.. items];
        var reader = new SumQuestions();
        return Draws("training-errors", random =>
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

    private IReadOnlyList<DraftRow> Draws(string stream, Func<RandomStream, SumProblem> draw)
    {
        var random = new RandomStream(_seed, "loop/" + stream);
        var guard = new LeakGuard(HeldOut);
        List<DraftRow> rows = [];
        while (rows.Count < _options.AddedRows)
        {
            var problem = draw(random);
            if (!guard.SharesGram(problem.Question) && !guard.SharesTemplate(problem.Question)) rows.Add(new(problem.Question, problem.Worked, problem.Answer));
        }

        return rows;
    }

    private static AskedItem[] Items(EvaluationResult evaluated, Benchmark split)
    {
        var items = split.Items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        return [.. evaluated.Responses.Select(one => new AskedItem { Id = one.Response.PromptId, Prompt = items[one.Response.PromptId].Prompt, Answer = items[one.Response.PromptId].Answer, Response = one.Response.Text, Failed = one.Score.Value is not >= AskedFile.Passing, Unscored = one.Score.Value is null ? one.Score.Reason : null })];
    }

    // As many of three, four and five changes, none of them in the training file.
    private Benchmark Draw(string name, int count, HashSet<string> seen)
    {
        var random = new RandomStream(_seed, "loop/" + name);
        var guard = new LeakGuard(AskedFile.Load(TrainFile, AskedColumns.Parse("response=completion")).Select(row => row.Prompt));
        List<BenchmarkItem> items = [];
        while (items.Count < count)
        {
            var changes = 3 + (items.Count % 3);
            var problem = SumProblem.Draw(random, changes);
            if (guard.SharesGram(problem.Question) || !seen.Add(problem.Question)) continue;
            items.Add(new() { Id = Invariant($"{name}-{items.Count:D4}"), Prompt = problem.Question, Answer = problem.Answer, Difficulty = changes, Category = changes == SumsLoopOptions.LongChanges ? "long" : "usual" });
        }

        return new("loop/" + name, MetricDirection.Capability, items);
    }

    private SftRecipe Recipe(string name, IReadOnlyList<DataFile> data) => new()
    {
        Name = "loop-" + name,
        Base = _paths.Base,
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
