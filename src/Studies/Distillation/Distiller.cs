using System.Security.Cryptography;
using System.Text;
using SafetyGate.Analysis.Curation;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;
using SafetyGate.Verifiers.Refusals;
using TrainedModel = SafetyGate.Harness.Runs.TrainedModel;

namespace SafetyGate.Studies.Distillation;

/// <summary>
/// Data-efficient distillation (after arXiv:2508.09883): teachers are ranked by what the student gains from a small set of each, the corpus
/// of the best goes through a funnel, and the student learns from what is left.
/// </summary>
/// <param name="spec">The settings.</param>
/// <param name="store">Where trainings and responses are kept.</param>
/// <param name="folder">Where data files are written.</param>
/// <param name="progress">Where to report.</param>
public sealed class Distiller(DistillSpec spec, RunStore store, string folder, IProgress<RunProgress> progress)
{
    private const double Level = 0.95, MostFailed = 0.5;
    private const string Device = "cpu";
    private readonly IScorer _scorer = Scorers.Scorer(spec.Scorer);
    private readonly ModelText _text = ModelText.Open(spec.Student);

    /// <summary>Name of the curated set's file.</summary>
    public const string RowsFile = "curated.jsonl";

    /// <summary>Distills.</summary>
    /// <param name="teachers">The teachers. Borrowed.</param>
    /// <param name="cancellationToken">Stops the work; trainings and stored responses stay.</param>
    /// <exception cref="UserErrorException">A file is bad, a teacher gives no answers, or nothing is left to learn from.</exception>
    public async Task<(DistillationReport Report, TrainedModel Student)> RunAsync(IReadOnlyList<Teacher> teachers, CancellationToken cancellationToken)
    {
        var (questions, selection, inDomain) = (Questions(spec.Questions, "questions", spec.Limit), Questions(spec.Selection, "selection"), Questions(spec.InDomain, "in-domain"));
        var ranked = await RankAsync(teachers, questions, selection, cancellationToken);
        var best = teachers.First(teacher => teacher.Name == ranked[0].Name);
        using var student = LocalLanguageModel.Load(spec.Student);
        var pass = await PassRatesAsync(student, questions, cancellationToken);
        var answers = await AskAsync(best, questions, spec.Trajectories, cancellationToken);
        var curated = CuratedSet.Of(questions.Items, answers.Answers, pass, spec, best.Name);
        if (curated.Rows.Count == 0)
            throw new UserErrorException(Invariant($"Nothing is left to learn from: of {questions.Items.Count} questions {string.Join(", ", curated.DroppedQuestions.Select(drop => Invariant($"{drop.Count} are left out ({drop.Reason})")))}; of {answers.Answers.Count} answers of '{best.Name}' {string.Join(", ", curated.DroppedTrajectories.Select(drop => Invariant($"{drop.Count} are {drop.Reason}")))}."));
        var run = await TrainAsync("distilled", curated.Rows, spec.Options, RowsFile, cancellationToken);
        var rates = new List<MeasuredRate> { await RateAsync("in domain", student, run, inDomain, _scorer, cancellationToken) };
        if (spec.OutOfDomain is { } other) rates.Add(await RateAsync("out of domain", student, run, Questions(other, "out-of-domain"), _scorer, cancellationToken));
        var safety = spec.Safety is { } path ? BenchmarkFile.Load(path, new BenchmarkFileOptions { Direction = MetricDirection.Safety, Name = "safety" }) : null;
        if (safety is not null) rates.Add(await RateAsync("refusal of harmful requests", student, run, safety, new RefusalScorer(), cancellationToken));
        return (new DistillationReport
        {
            Student = student.Identity.Name,
            StudentWeights = student.Identity.WeightsDigest,
            QuestionsDigest = questions.Digest,
            Scorer = $"{_scorer.Name} {_scorer.Version}",
            Teachers = ranked,
            Questions = questions.Items.Count,
            Trajectories = answers.Answers.Count,
            DroppedTrajectories = curated.DroppedTrajectories,
            DroppedQuestions = curated.DroppedQuestions,
            ExactSubsets = curated.Exact,
            GreedySubsets = curated.Greedy,
            Rows = curated.Rows.Count,
            RowsDigest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AugmentedRowsFile.Lines(curated.Rows)))),
            Run = run.Record.Digest,
            TaughtWeights = run.Record.Model.WeightsDigest,
            Rates = rates,
            SafetyKl = safety is null ? null : await KlAsync(run, safety, cancellationToken),
        }, run);
    }

    /// <summary>Ranks teachers by what the student gains on the selection split from a short training on a small set of each.</summary>
    public async Task<IReadOnlyList<RankedTeacher>> RankAsync(IReadOnlyList<Teacher> teachers, Benchmark questions, Benchmark selection, CancellationToken cancellationToken)
    {
        var small = new Benchmark(questions.Name + "-small", questions.Direction, [.. questions.Items.Take(spec.SmokeQuestions)]);
        using var student = LocalLanguageModel.Load(spec.Student);
        var before = Values(await AskStudentAsync(student, selection, _scorer, cancellationToken));
        var ranked = new List<RankedTeacher>();
        foreach (var teacher in teachers)
        {
            var (answers, own) = await AskAsync(teacher, small, 1, cancellationToken);
            var set = CuratedSet.Of(small.Items, answers, new Dictionary<string, double>(), spec with { Keep = 1 }, teacher.Name);
            var (bySeed, items) = (new List<double>(), new List<double>());
            for (var s = 0; s < spec.SmokeSeeds; s++)
            {
                if (set.Rows.Count == 0) bySeed.Add(0);
                else
                {
                    var run = await TrainAsync(Invariant($"smoke-{teacher.Name}-{s}"), set.Rows, spec.Options with { MaxSteps = spec.SmokeSteps, Seed = spec.Options.Seed + (ulong)s }, Invariant($"smoke-{ranked.Count}.jsonl"), cancellationToken);
                    var after = Values(await AskTaughtAsync(run, selection, _scorer, cancellationToken));
                    items = [.. after.Zip(before, (now, then) => now - then)];
                    bySeed.Add(items.Average());
                }
            }

            var limits = bySeed.Count > 1 ? LimitsOf(bySeed) : LimitsOf(items.Count > 1 ? items : [0, 0]);
            ranked.Add(new() { Name = teacher.Name, Model = teacher.Model.Identity.Name, OwnRate = own, Rows = set.Rows.Count, Gain = bySeed.Average(), Lower = limits.Lower, Upper = limits.Upper, BySeed = bySeed, Dropped = set.DroppedTrajectories });
        }

        return [.. ranked.OrderByDescending(teacher => teacher.Gain)];
    }

    /// <summary>A teacher's answers to questions, and the share of them that is right.</summary>
    /// <exception cref="UserErrorException">It gave no answer to more than half of them. Exit code 69.</exception>
    public async Task<(IReadOnlyList<TaughtAnswer> Answers, double Right)> AskAsync(Teacher teacher, Benchmark questions, int samples, CancellationToken cancellationToken)
    {
        // A cut answer is too long whatever it says: a teacher may use up to twice the tokens, for its words are others than the student's.
        var sampling = new SamplingOptions { MaxNewTokens = 2 * spec.Longest, Temperature = samples > 1 && spec.Temperature == 0 ? 1 : spec.Temperature, SamplesPerPrompt = samples, Seed = spec.Options.Seed };
        var evaluated = await store.OtherEvaluations(teacher.Model is LocalLanguageModel ? Device : null).GetOrEvaluateAsync(teacher.Model, questions, _scorer, sampling, PromptStyle.Chat, progress, cancellationToken);
        var failed = evaluated.Responses.Where(one => one.Response.FinishReason == FinishReason.Error).ToList();
        if (failed.Count > MostFailed * evaluated.Responses.Count)
            throw new UserErrorException(Invariant($"The teacher '{teacher.Name}' gave no answer to {failed.Count} of {evaluated.Responses.Count} requests; the commonest reason: {failed.GroupBy(one => one.Response.Error, StringComparer.Ordinal).MaxBy(group => group.Count())!.Key}. Check that it runs, or leave it out."), GateExitCode.MissingEngine);
        return ([.. evaluated.Responses.Select(Answer)], evaluated.Responses.Average(one => one.Score.Value ?? 0));
    }

    /// <summary>Trains the student on rows.</summary>
    public async Task<TrainedModel> TrainAsync(string name, IReadOnlyList<AugmentedRow> rows, SftOptions options, string file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file);
        AugmentedRowsFile.Write(path, rows);
        return await store.GetOrTrainAsync(Recipe(name, path, options), progress, cancellationToken);
    }

    /// <summary>The taught student's answers, one greedy one each.</summary>
    public async Task<EvaluationResult> AskTaughtAsync(TrainedModel run, Benchmark items, IScorer scorer, CancellationToken cancellationToken)
    {
        var model = run.OpenModel();
        using var owned = model as IDisposable;
        return await store.EvaluationsOf(run).GetOrEvaluateAsync(model, items, scorer, Greedy, PromptStyle.Chat, progress, cancellationToken);
    }

    /// <summary>The student's own answers, one greedy one each.</summary>
    public Task<EvaluationResult> AskStudentAsync(LocalLanguageModel student, Benchmark items, IScorer scorer, CancellationToken cancellationToken) =>
        store.OtherEvaluations(Device).GetOrEvaluateAsync(student, items, scorer, Greedy, PromptStyle.Chat, progress, cancellationToken);

    /// <summary>Mean KL of the taught student from the student, nats a response at temperature 1.</summary>
    public async Task<double> KlAsync(TrainedModel run, Benchmark prompts, CancellationToken cancellationToken)
    {
        using var meter = Recipe("kl", Path.Combine(folder, RowsFile), spec.Options).OpenKlMeter(run.CheckpointDirectory);
        var samples = await meter.MeasureAsync([.. prompts.Items.Select(item => item.AsChat())], Greedy with { Temperature = 1 }, cancellationToken);
        return samples.Average(sample => sample.Kl);
    }

    /// <summary>Questions of a file with answers.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or a question has no answer.</exception>
    public Benchmark Questions(string path, string name, int? limit = null)
    {
        var all = BenchmarkFile.Load(path, new BenchmarkFileOptions { Direction = MetricDirection.Capability, Name = name, Columns = spec.Columns.Length > 0 ? ColumnMapping.Parse(spec.Columns) : ColumnMapping.Default });
        if (all.Items.FirstOrDefault(item => string.IsNullOrWhiteSpace(item.Answer)) is { } without) throw new UserErrorException($"{path}: question '{without.Id}' has no answer, so no trajectory can be verified. Map a column to it (\"columns\": \"answer=NAME\").");
        return limit is { } most && most < all.Items.Count ? new(name, all.Direction, [.. all.Items.Take(most)]) : all;
    }

    private SamplingOptions Greedy => new() { MaxNewTokens = spec.MaxNewTokens, Temperature = 0, Seed = spec.Options.Seed };

    private async Task<IReadOnlyDictionary<string, double>> PassRatesAsync(LocalLanguageModel student, Benchmark questions, CancellationToken cancellationToken)
    {
        var sampling = Greedy with { Temperature = 1, SamplesPerPrompt = spec.StudentSamples };
        var evaluated = await store.OtherEvaluations(Device).GetOrEvaluateAsync(student, questions, _scorer, sampling, PromptStyle.Chat, progress, cancellationToken);
        return evaluated.Measurement.Items.ToDictionary(item => item.Id, item => item.Scores.Average(score => score ?? 0), StringComparer.Ordinal);
    }

    private async Task<MeasuredRate> RateAsync(string name, LocalLanguageModel student, TrainedModel run, Benchmark items, IScorer scorer, CancellationToken cancellationToken)
    {
        var (before, after) = (Values(await AskStudentAsync(student, items, scorer, cancellationToken)), Values(await AskTaughtAsync(run, items, scorer, cancellationToken)));
        var limits = LimitsOf([.. after.Zip(before, (now, then) => now - then)]);
        return new() { Name = name, Items = items.Items.Count, Before = before.Average(), After = after.Average(), Lower = limits.Lower, Upper = limits.Upper };
    }

    private TaughtAnswer Answer(ScoredResponse one)
    {
        var response = one.Response;
        if (response.FinishReason == FinishReason.Error) return new(response.PromptId, null, new(0, false, false));
        var tokens = response.FinishReason == FinishReason.Length ? int.MaxValue : _text.Tokenizer.Encode(response.Text).Length;
        var mark = spec.AnswerMark.Length == 0 ? 0 : response.Text.LastIndexOf(spec.AnswerMark, StringComparison.Ordinal);
        return new(response.PromptId, response.Text, new(tokens, mark >= 0 && response.Text[(mark + spec.AnswerMark.Length)..].Trim().Length > 0, one.Score.Value is >= 0.5));
    }

    private static List<double> Values(EvaluationResult evaluated) => [.. evaluated.Measurement.Items.Select(item => item.Scores.Average(score => score ?? 0))];

    private static Interval LimitsOf(IReadOnlyList<double> values) => StudentMean.Of(values).Limits(Level) ?? new(values[0], values[0]);

    private SftRecipe Recipe(string name, string path, SftOptions options) => new()
    {
        Name = "distill-" + name,
        Base = spec.Student,
        Data = [new DataFile { Path = path, Prompt = "prompt", Completion = "completion" }],
        Template = PromptTemplate.Chat,
        Compute = new ComputeOptions { Dtype = "float32" },
        Options = options,
    };
}
