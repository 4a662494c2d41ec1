using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Studies.Divergence;

/// <summary>
/// Repeats a measurement of a KL with a tail and lets the product decide a budget and a certificate that are just out of the policy's
/// reach: each pass is an error.
/// </summary>
public sealed record KlTailStudy
{
    private const double Beyond = 1e-9;

    private static readonly SamplingOptions Sampling = new() { MaxNewTokens = 8, Temperature = 1, Seed = 0 };

    /// <summary>Sizes of the table.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [100, 300, 840];

    /// <summary>Measurements of each case.</summary>
    public int Repeats { get; init; } = 1000;

    /// <summary>The only source of randomness.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Runs one case at one size.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="prompts">Prompts of a measurement.</param>
    /// <param name="progress">Receives a report after each repeat; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Checked before each repeat.</param>
    public KlTailResult Run(KlTailCase policy, int prompts, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var random = new RandomStream(Seed, Invariant($"kl-tail/{policy.Name}/{prompts}"));
        string[] ids = [.. Enumerable.Range(0, prompts).Select(i => Invariant($"prompt-{i}"))];
        var (student, passed, certified) = (0, 0, 0);
        var limits = new double[Repeats];
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reference = Reference(ids, random);
            var kl = Measured(policy, ids, random);
            if (kl.Limits(0.975, IntervalSide.Upper)!.Value.Upper < policy.Mean) student++;
            var budget = KlBudget.AtMost(policy.Mean * (1 - Beyond), "just below the exact mean", Math.Max(10, policy.Nats));
            if (RunVerdicts.Decide(new BudgetClaim { On = "tails", Kl = kl, Reference = reference, Budget = budget, Alpha = KlTailResult.Alpha }).Verdict == Verdict.Passed) passed++;
            var certificate = RunVerdicts.Decide(new CertificateClaim { On = "tails", Kl = kl, Reference = reference, Floor = policy.Safety + Beyond, Required = true, Alpha = KlTailResult.Alpha });
            if (certificate.Verdict == Verdict.Passed) certified++;
            limits[repeat] = ((DivergenceEvidence)certificate.Evidence!).Limit ?? 0;
            progress?.Report(new RunProgress(Invariant($"{policy.Name}, {prompts} prompts"), repeat + 1, Repeats));
        }

        Array.Sort(limits);
        return new()
        {
            Case = policy,
            Prompts = prompts,
            Repeats = Repeats,
            StudentBelow = (double)student / Repeats,
            BudgetPassed = (double)passed / Repeats,
            Certified = (double)certified / Repeats,
            MedianLimit = limits[Repeats / 2],
        };
    }

    private static KlMeasurement Measured(KlTailCase policy, string[] ids, RandomStream random)
    {
        double Draw() => random.NextDouble() < policy.Share ? policy.Nats : -KlTailCase.Usual * Math.Log(1 - random.NextDouble());
        List<KlSample> samples = [.. ids.Select(id => (id, kl: Draw())).Select(one => new KlSample(one.id, 0, 8, one.kl, one.kl, one.kl))];
        return KlMeasurement.Of(samples, Sampling, new KlSubject
        {
            BenchmarkDigest = "tails", PromptIds = ids, Style = PromptStyle.Chat, TokenizerDigest = "", TemplateDigest = "",
            PolicyWeights = "policy", ReferenceWeights = "reference",
        });
    }

    private static Measurement Reference(string[] ids, RandomStream random) => new()
    {
        Metric = "tails",
        Benchmark = "tails",
        BenchmarkDigest = "tails",
        Direction = MetricDirection.Safety,
        Scorer = "exact",
        ScorerVersion = "1",
        Sampling = Sampling,
        Model = new ModelIdentity { Name = "reference", WeightsDigest = "reference", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "" },
        Items = [.. ids.Select(id => new ItemOutcome { Id = id, Scores = [random.NextDouble() < KlTailCase.ReferenceSafety ? 1 : 0], ResponseDigests = [""] })],
    };
}
