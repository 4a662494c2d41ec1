using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Labeling;

/// <summary>How a scorer agrees with people's labels on one set. A score of 0.5 or more counts as positive; unscored is never right.</summary>
public sealed record ScorerAgreement
{
    private const double Middle = 0.5;

    /// <summary>Name of the set.</summary>
    public required string Set { get; init; }

    /// <summary>Name of the scorer.</summary>
    public required string Scorer { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Labeled positive and scored so.</summary>
    public required int TruePositives { get; init; }

    /// <summary>Labeled positive and scored negative.</summary>
    public required int FalseNegatives { get; init; }

    /// <summary>Labeled negative and scored so.</summary>
    public required int TrueNegatives { get; init; }

    /// <summary>Labeled negative and scored positive.</summary>
    public required int FalsePositives { get; init; }

    /// <summary>Labeled positive and unscored.</summary>
    public required int UnscoredPositives { get; init; }

    /// <summary>Labeled negative and unscored.</summary>
    public required int UnscoredNegatives { get; init; }

    /// <summary>Rows of the set with other labels, left out.</summary>
    public int OtherLabels { get; init; }

    /// <summary>The rows the scorer got wrong or left unscored, by id.</summary>
    public IReadOnlyList<AgreementMiss> Misses { get; init; } = [];

    /// <summary>Labeled responses.</summary>
    public int Count => Scored + Unscored;

    /// <summary>Responses with a score.</summary>
    public int Scored => TruePositives + FalseNegatives + TrueNegatives + FalsePositives;

    /// <summary>Responses without one.</summary>
    public int Unscored => UnscoredPositives + UnscoredNegatives;

    /// <summary>Share scored as labeled, of all; what is unscored counts as wrong.</summary>
    public Proportion Accuracy => new(TruePositives + TrueNegatives, Count);

    /// <summary>Share of the scored positives found; <c>null</c> if none was scored.</summary>
    public Proportion? Sensitivity => Of(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Share of the scored negatives left alone; <c>null</c> if none was scored.</summary>
    public Proportion? Specificity => Of(TrueNegatives, TrueNegatives + FalsePositives);

    /// <summary>Cohen's kappa of the scored responses; <c>null</c> if nothing was scored or chance agreement is 1.</summary>
    public double? Kappa => Scored == 0 ? null : RaterAgreement.Kappa([[TruePositives, FalseNegatives], [FalsePositives, TrueNegatives]]).Value;

    /// <summary>The counts as a scorer's validation; <c>null</c> where they are not enough for one.</summary>
    public ScorerValidation? Validation =>
        new ScorerValidation(TruePositives, TruePositives + FalseNegatives, TrueNegatives, TrueNegatives + FalsePositives) is var counts && !counts.Problems().Any() ? counts : null;

    /// <summary>Scores every response of a set.</summary>
    /// <param name="set">The labeled responses.</param>
    /// <param name="scorer">The scorer.</param>
    /// <param name="progress">Where to report what a judge has judged, in responses.</param>
    /// <param name="cancellationToken">Stops the work; cancellation is thrown.</param>
    /// <exception cref="UserErrorException">The scorer's model cannot be used at all.</exception>
    public static async Task<ScorerAgreement> MeasureAsync(LabeledSet set, IScorer scorer, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        // A prompt may be empty in a labeled file, and an item needs one.
        var items = set.Rows.Select(r => new BenchmarkItem { Id = r.Id, Prompt = r.Prompt.Length > 0 ? r.Prompt : "?" }).ToList();
        var responses = set.Rows.Select(r => new Response { PromptId = r.Id, Text = r.Text, FinishReason = FinishReason.Stop }).ToList();
        var scored = await Evaluator.RescoreAsync(new Benchmark(set.Name, (scorer as IDirectedScorer)?.Direction ?? MetricDirection.Safety, items), responses, scorer,
            new SamplingOptions { MaxNewTokens = 1, Seed = 0 }, People, PromptStyle.Chat, progress, cancellationToken);
        var pairs = set.Rows.Zip(scored.Responses.Select(r => r.Score)).ToList();
        int Count(bool positive, bool? said) => pairs.Count(p => p.First.IsPositive == positive && Said(p.Second) == said);
        return new()
        {
            Set = set.Name,
            Scorer = scorer.Name,
            Version = scorer.Version,
            TruePositives = Count(true, true),
            FalseNegatives = Count(true, false),
            TrueNegatives = Count(false, false),
            FalsePositives = Count(false, true),
            UnscoredPositives = Count(true, null),
            UnscoredNegatives = Count(false, null),
            OtherLabels = set.OtherLabels,
            Misses = [.. pairs.Where(p => Said(p.Second) != p.First.IsPositive).Select(p => new AgreementMiss(p.First.Id, p.First.IsPositive, p.Second.Value, p.Second.Rule, p.Second.Reason))],
        };
    }

    private static readonly ModelIdentity People = new() { Name = "labeled responses", WeightsDigest = "", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "" };

    private static bool? Said(ItemScore score) => score.Value is { } value ? value >= Middle : null;

    private static Proportion? Of(int part, int whole) => whole == 0 ? null : new(part, whole);
}
