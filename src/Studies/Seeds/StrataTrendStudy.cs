using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Gates;
using SafetyGate.Models;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Studies.Seeds;

/// <summary>The untrained model of the embedded world falls from easy to hard, shuffled hardness shows nothing; and what each way of learning recovers.</summary>
internal sealed class StrataTrendStudy : ISeedStudy
{
    private const int Shuffles = 20, Tokens = 48, ArmSeeds = 3;

    private static readonly (string Domain, StrataTrainer Trainer, int Examples, int Steps, double Rate)[] Arms =
    [
        ("order", StrataTrainer.Sft, 64, 30, 3e-4), ("order", StrataTrainer.Lora, 64, 30, 2e-3), ("order", StrataTrainer.Probe, 64, 30, 0.05), ("order", StrataTrainer.InContext, 2, 30, 1),
        ("sums", StrataTrainer.Sft, 64, 30, 3e-4),
    ];

    public string Group => "strata";

    public string Name => "strata-trend";

    public string Title => "Easy and hard problems of the embedded world";

    public string MustShow => "accuracy of the untrained model falls from easy to hard (trend with interval); shuffled hardness gives no trend, and is reported as such.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var (tests, armTests) = context.Quick ? (300, 100) : (1000, 200);
        List<ulong> seeds = [.. context.Seeds.Take(ArmSeeds)];
        var claims = new List<SeedClaim>();
        foreach (var domain in PocketStrataItems.Domains)
        {
            var found = await context.Kept(this, new { domain, tests, Shuffles }, () => Trend(context, domain, tests, cancellationToken));
            claims.Add(new() { Claim = $"{domain}: accuracy changes by, for one standard deviation of steps", Needs = "upper limit below 0", Value = found.Slope, Limits = new(found.Lower, found.Upper), Seeds = 1, Verdict = found.Upper < 0 ? SeedVerdict.Yes : found.Lower > 0 ? SeedVerdict.No : SeedVerdict.Inconclusive, Remark = "bootstrap over items, two-sided at .90" });
            claims.Add(SeedClaim.Exact(Invariant($"{domain}: shuffled steps that show a trend, of {Shuffles}"), "5 or fewer (2 on average at .05 each side)", found.Shown, found.Shown <= 5, Shuffles, control: true));
        }

        var rows = new List<IReadOnlyList<string>>();
        foreach (var (domain, trainer, examples, steps, rate) in context.Quick ? Arms[2..3] : Arms)
        {
            context.Progress.Report(new RunProgress("strata-trend", rows.Count, Arms.Length, $"{domain}, {trainer}"));
            rows.Add((await context.Kept(this, new { domain, trainer = $"{trainer}", examples, steps, rate, armTests, seeds }, () => Arm(context, seeds, domain, trainer, examples, steps, rate, armTests, cancellationToken))).Row);
        }

        return new()
        {
            Setup = Invariant($"The aligned base of the embedded world; hardness is the number of steps. Trend: greedy answers to {tests} problems. Arms: {armTests} test problems of each domain, {seeds.Count} seeds, the same number of examples and steps for the easy and the hard arm; sft and lora learn worked answers, the probe chooses among the names in the question."),
            Claims = claims,
            Tables = [new("What easy problems teach of hard ones (reported, not required): accuracy on hard problems.", ["domain", "trainer", "examples", "steps", "untrained", "easy-trained", "hard-trained", "gap (limits)", "recovered (limits)", "at least .7?"], rows)],
        };
    }

    private static TrendFinding Trend(SeedStudyContext context, string domain, int tests, CancellationToken cancellationToken)
    {
        var (_, test) = PocketStrataItems.Read(context.Paths, domain, withChoices: false, tests);
        var answers = Learner(context, StrataTrainer.InContext).Answer([], test.Items, new StrataPlan { Examples = 1, Steps = 1, Seeds = [1] }, 0, cancellationToken);
        double[] scores = [.. answers.Select(answer => answer.Score)];
        double[] hardness = [.. test.Items.Select(item => item.Hardness)];
        var trend = HardnessTrend.Of(hardness, scores)!;
        var random = new RandomStream(1, "strata-trend/shuffles");
        var shown = Enumerable.Range(0, Shuffles).Count(_ =>
        {
            random.Shuffle(hardness);
            return HardnessTrend.Of(hardness, scores, draws: 400)!.IsShown;
        });
        return new(trend.Slope, trend.Limits.Lower, trend.Limits.Upper, shown);
    }

    private static ArmFinding Arm(SeedStudyContext context, IReadOnlyList<ulong> seeds, string domain, StrataTrainer trainer, int examples, int steps, double rate, int tests, CancellationToken cancellationToken)
    {
        var (train, test) = PocketStrataItems.Read(context.Paths, domain, withChoices: trainer == StrataTrainer.Probe, tests);
        using var model = trainer == StrataTrainer.Probe ? Open(context) : null;
        var result = new StrataExperiment
        {
            Learner = model is not null ? new ProbeLearner(model, PromptTemplate.Chat) : Learner(context, trainer),
            Plan = new() { Examples = examples, Steps = steps, Seeds = seeds, LearningRate = rate },
            Strata = PocketStrataItems.Strata(domain),
            HardnessSource = "steps",
        }.Run(train, test, null, cancellationToken);
        var table = StrataTable.Of(result);
        var decision = RunVerdicts.Decide(new RecoveryClaim { Strata = result, AtLeast = 0.7 });
        string Cell(TrainedOn trained) => Invariant($"{table[trained, Stratum.Hard]!.Accuracy:0.000}");
        return new([domain, result.Training.Trainer, Invariant($"{examples}"), Invariant($"{result.Training.Steps}"), Cell(TrainedOn.None), Cell(TrainedOn.Easy), Cell(TrainedOn.Hard),
            Invariant($"{table.Gap:+0.000;-0.000;0.000} ({table.GapLimits})"), Invariant($"{(table.Recovered.Value is { } share ? Invariant($"{share:0.00}") : "undefined")} ({table.RecoveredLimits})"), $"{decision.Verdict}, {decision.Reason}"]);
    }

    private static ModelLearner Learner(SeedStudyContext context, StrataTrainer trainer) => new(() => Open(context), trainer, PromptTemplate.Chat, new MathVerifier(), Tokens);

    private static PretrainedModel Open(SeedStudyContext context)
    {
        var compute = new ComputeOptions { Dtype = "float32" };
        return PretrainedModel.Load(context.Paths.Base, compute.OpenDevice(), compute.ScalarType);
    }
}
