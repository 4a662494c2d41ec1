using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Strata;

/// <summary>
/// Trains on easy, on hard and on no items, as often as there are seeds, and answers the test items: the same number of items and of steps
/// in every arm.
/// </summary>
public sealed class StrataExperiment
{
    /// <summary>The learner.</summary>
    public required IStrataLearner Learner { get; init; }

    /// <summary>What is done.</summary>
    public required StrataPlan Plan { get; init; }

    /// <summary>Where strata end, by the hardness of the test items.</summary>
    public StratumChoice Strata { get; init; } = new();

    /// <summary>Where hardness comes from, for the result.</summary>
    public string HardnessSource { get; init; } = "column hardness";

    /// <summary>Runs it.</summary>
    /// <param name="train">Items to learn from.</param>
    /// <param name="test">Items to answer; none of them in <paramref name="train"/>.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">The plan is invalid, the strata have too few items, an item is in both sets, or the result is
    /// evidence of nothing.</exception>
    public StrataResult Run(StrataQuestions train, StrataQuestions test, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (Plan.Problems().FirstOrDefault() is { } wrong) throw new UserErrorException($"The plan cannot be carried out: {wrong}", GateExitCode.Usage);
        var cuts = Strata.For([.. test.Items.Select(item => item.Hardness)]);
        var pools = new[] { TrainedOn.Easy, TrainedOn.Hard }.ToDictionary(trained => trained, trained => Pool(train, trained, cuts));
        var asked = test.Items.Select(item => item.Prompt).ToHashSet(StringComparer.Ordinal);
        if (train.Items.FirstOrDefault(item => asked.Contains(item.Prompt)) is { } both) throw new UserErrorException($"Training item '{both.Id}' of {train.Name} asks what a test item asks; an item that was trained on tells nothing of what is learnt. Take it out of one of the files.");
        var (done, all) = (0, 1 + (2 * Plan.Seeds.Count));
        var arms = new List<StrataArm> { Arm(TrainedOn.None, 0, []) };
        foreach (var seed in Plan.Seeds)
            foreach (var (trained, pool) in pools) arms.Add(Arm(trained, seed, Drawn(pool, trained, seed, train.Items)));
        var result = new StrataResult
        {
            Benchmark = test.Name,
            BenchmarkDigest = StrataQuestions.DigestOf(test.Items),
            Hardness = HardnessScale.Of(HardnessSource, cuts),
            Training = Learner.Describe(Plan) with
            {
                Examples = Plan.Examples,
                Steps = Learner is ModelLearner { HasSteps: false } ? 0 : Plan.Steps,
                TrainDigest = StrataQuestions.DigestOf(train.Items),
                EasyNoise = Plan.EasyNoise,
                HardNoise = 2 * Plan.EasyNoise,
            },
            SmallestGap = Plan.SmallestGap,
            Items = [.. test.Items.Select(item => new StratifiedItem(item.Id, item.Hardness))],
            Arms = arms,
        };
        return result.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException($"{test.Name}: {problem}") : result;

        StrataArm Arm(TrainedOn trained, ulong seed, IReadOnlyList<StrataQuestion> items)
        {
            progress?.Report(new RunProgress("strata", done++, all, trained == TrainedOn.None ? "the untrained model" : Invariant($"trained on {trained.ToString().ToLowerInvariant()} items, seed {seed}")));
            return new() { TrainedOn = trained, Seed = seed, Scores = [.. Learner.Answer(items, test.Items, Plan, seed, cancellationToken).Select(answer => answer.Score)] };
        }
    }

    private List<StrataQuestion> Pool(StrataQuestions train, TrainedOn trained, StratumCuts cuts)
    {
        var stratum = trained == TrainedOn.Easy ? Stratum.Easy : Stratum.Hard;
        var pool = train.Items.Where(item => cuts.Of(item.Hardness) == stratum).ToList();
        return pool.Count >= Plan.Examples ? pool
            : throw new UserErrorException(Invariant($"{train.Name}: {pool.Count} of {train.Items.Count} training items are {trained.ToString().ToLowerInvariant()} (easy ≤ {cuts.EasyAtMost:0.####}, hard ≥ {cuts.HardAtLeast:0.####}), and each arm learns from {Plan.Examples}. Lower --examples, move the cuts, or give more items of that hardness."));
    }

    // n of a stratum, and in the noise arm some of them with a wrong label.
    private List<StrataQuestion> Drawn(List<StrataQuestion> pool, TrainedOn trained, ulong seed, IReadOnlyList<StrataQuestion> all)
    {
        var random = new RandomStream(seed, $"strata/draw/{trained}");
        List<StrataQuestion> drawn = [.. pool];
        random.Shuffle(drawn);
        drawn = [.. drawn.Take(Plan.Examples)];
        var noise = trained == TrainedOn.Easy ? Plan.EasyNoise : 2 * Plan.EasyNoise;
        if (noise == 0) return drawn;
        foreach (var at in Enumerable.Range(0, drawn.Count).OrderBy(_ => random.NextUInt64()).Take((int)Math.Round(noise * drawn.Count)).ToList()) drawn[at] = WrongLabel.Of(drawn[at], all, random);
        return drawn;
    }
}
