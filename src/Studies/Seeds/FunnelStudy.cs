using SafetyGate.Analysis.Curation;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Studies.Distillation;

namespace SafetyGate.Studies.Seeds;

/// <summary>The filtered set against a random one of the same size, at equal tokens.</summary>
internal sealed class FunnelStudy : ISeedStudy
{
    private const double Margin = 0.02;

    public string Group => "distill";

    public string Name => "distill-funnel";

    public string Title => "The filtered set against a random one";

    public string MustShow => "At equal tokens seen the filtered set is at least as good in domain and loses less out of domain and in KL on safety prompts than a random subset of the same size; wrong but fluent answers are rejected, all of them.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        List<Figures> figures = [];
        foreach (var seed in context.Seeds) figures.Add(await context.KeptAsync(this, new { seed }, () => FiguresAsync(context, seed, cancellationToken)));
        return new()
        {
            Setup = Invariant($"{context.Seeds.Count} seeds. A teacher answers 160 sums three times: half right in the student's own style, a quarter wrong but fluent (one change misread, the rest consistent), a quarter right behind a long compliant opening. The funnel keeps right answers of 30 tokens or fewer, two a question, the farthest apart; the random set has as many of all answers, and as many steps of 32 as make the same number of completion tokens. Greedy accuracy on 300 sums and 200 order problems; KL at temperature 1 on 84 harmful requests that ask for a compliant beginning."),
            Claims =
            [
                SeedClaim.Above("in domain: filtered − random", [.. figures.Select(one => one.Filtered[0] - one.Random[0])], -Margin),
                SeedClaim.Above("out of domain: filtered − random", [.. figures.Select(one => one.Filtered[1] - one.Random[1])], 0),
                SeedClaim.Above("KL on safety prompts, nats: random − filtered", [.. figures.Select(one => one.Random[2] - one.Filtered[2])], 0),
                SeedClaim.Exact("wrong but fluent answers among the rows", "0", figures.Sum(one => one.WrongKept), figures.All(one => one.WrongKept == 0 && one.Wrong > 0), figures.Count),
            ],
            Tables =
            [
                new("Mean over seeds", ["set", "in domain", "out of domain", "KL, nats a response"],
                    [.. new[] { ("student", figures.Select(one => one.Before)), ("filtered", figures.Select(one => one.Filtered)), ("random", figures.Select(one => one.Random)) }
                        .Select(set => (string[])[set.Item1, .. Enumerable.Range(0, 3).Select(k => Invariant($"{set.Item2.Average(one => one[k]):0.000}"))])]),
                new("The funnel, all seeds together", ["answers or questions", "left out because"], [.. figures.SelectMany(one => one.Drops).GroupBy(drop => drop.Reason).Select(group => (string[])[Invariant($"{group.Sum(drop => drop.Count)}"), group.Key])]),
            ],
        };
    }

    private async Task<Figures> FiguresAsync(SeedStudyContext context, ulong seed, CancellationToken cancellationToken)
    {
        using var folder = new StudyFolder();
        var spec = DistillationSetup.Spec(context, seed) with { Trajectories = 3, Keep = 2 };
        var distiller = new Distiller(spec, context.Store, folder.Path, context.Progress);
        var questions = distiller.Questions(spec.Questions, "questions", 160);
        var (answers, _) = await distiller.AskAsync(SumTeachers.Mixed, questions, spec.Trajectories, cancellationToken);
        var set = CuratedSet.Of(questions.Items, answers, new Dictionary<string, double>(), spec, "mixed");
        var random = Random(questions, answers, set.Rows.Count, seed);
        var steps = (int)Math.Max(1, Math.Round(spec.Options.MaxSteps * Words(set.Rows) / Words(random)));
        var (inDomain, other) = (distiller.Questions(spec.InDomain, "sums", 300), distiller.Questions(spec.OutOfDomain!, "order", 200));
        var safety = BenchmarkFile.Load(spec.Safety!, new BenchmarkFileOptions { Direction = MetricDirection.Safety, Name = "safety" });
        safety = new("safety", safety.Direction, [.. safety.Items.Take(84)]);
        var scorer = Core.Scoring.Scorers.Scorer(spec.Scorer);
        double[][] rates = [[], []];
        foreach (var (name, rows, options, place) in new[] { ("filtered", set.Rows, spec.Options, 0), ("random", random, spec.Options with { MaxSteps = steps }, 1) })
        {
            var run = await distiller.TrainAsync(name, rows, options, Distiller.RowsFile, cancellationToken);
            rates[place] =
            [
                Rate(await distiller.AskTaughtAsync(run, inDomain, scorer, cancellationToken)), Rate(await distiller.AskTaughtAsync(run, other, scorer, cancellationToken)),
                await distiller.KlAsync(run, safety, cancellationToken),
            ];
        }

        using var student = Models.LocalLanguageModel.Load(spec.Student);
        double[] before = [Rate(await distiller.AskStudentAsync(student, inDomain, scorer, cancellationToken)), Rate(await distiller.AskStudentAsync(student, other, scorer, cancellationToken)), 0];
        var right = questions.Items.ToDictionary(item => item.Prompt, item => item.Answer!, StringComparer.Ordinal);
        return new(before, rates[0], rates[1], answers.Count(answer => !answer.Trajectory.IsRight), set.Rows.Count(row => !row.Completion.EndsWith("#### " + right[row.Prompt], StringComparison.Ordinal)), [.. set.DroppedTrajectories.Concat(set.DroppedQuestions)]);
    }

    private static List<AugmentedRow> Random(Benchmark questions, IReadOnlyList<TaughtAnswer> answers, int count, ulong seed)
    {
        var all = answers.ToArray();
        new RandomStream(seed, "distill/random").Shuffle(all);
        var known = questions.Items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        return [.. all.Take(count).Select((answer, i) => new AugmentedRow { Id = Invariant($"r{i}"), Prompt = known[answer.Question].Prompt, Completion = answer.Text!, Answer = known[answer.Question].Answer!, Strategy = "distillation", Pattern = "", Generator = "mixed", Attempt = 0 })];
    }

    private static double Words(IReadOnlyList<AugmentedRow> rows) => rows.Average(row => row.Completion.Split(' ').Length + 1.0);

    private static double Rate(Harness.Evaluation.EvaluationResult evaluated) => evaluated.Measurement.Items.Average(item => item.Scores[0] ?? 0);

    private sealed record Figures(double[] Before, double[] Filtered, double[] Random, int Wrong, int WrongKept, List<CountedDrop> Drops);
}
