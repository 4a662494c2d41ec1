using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Theory;
using SafetyGate.Models.Generation;
using SafetyGate.Studies.Tabular;
using SafetyGate.Trainers.LogProbs;

namespace SafetyGate.Studies.Divergence;

/// <summary>
/// Repeats measurements of the shipped KL meter where the answer is known. Each repeat draws new prompts from the population, as a user's
/// prompts are a sample of all possible ones.
/// </summary>
public sealed record KlStudy
{
    private const double Level = 0.95;
    private const int FixedPromptSamples = 500;

    /// <summary>Measurements.</summary>
    public int Repeats { get; init; } = 2000;

    /// <summary>Prompts of a measurement.</summary>
    public int Prompts { get; init; } = 100;

    /// <summary>The only source of randomness.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Runs one case.</summary>
    /// <param name="study">The case.</param>
    /// <param name="progress">Receives a report after each repeat; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    public KlStudyResult Run(KlStudyCase study, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        using var policy = new TabularDecoder(KlStudyCase.Vocabulary, study.Policy);
        using var reference = new TabularDecoder(KlStudyCase.Vocabulary, study.Reference);
        var meter = new KlMeter(policy, reference, [0]);
        var sampling = new SamplingOptions { MaxNewTokens = study.Reference.Max(path => path.Ids.Count), Temperature = 1, SamplesPerPrompt = study.Samples, Seed = Seed };
        var choice = new RandomStream(Seed, $"kl-study/{study.Name}");
        var (exact, covered, without) = (study.Exact, 0, 0);
        var (means, k1Means) = (new double[Repeats], new double[Repeats]);
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            List<GenerationRequest> prompts = [.. Enumerable.Range(0, Prompts).Select(i => new GenerationRequest { Key = Invariant($"{repeat}/{i}"), PromptIds = study.Prompts[choice.Next(study.Prompts.Count)] })];
            var measured = meter.Measure(prompts, sampling, cancellationToken);
            (means[repeat], k1Means[repeat]) = (measured.Mean ?? double.NaN, measured.K1Mean ?? double.NaN);
            if (measured.Limits(Level) is not { } limits) without++;
            else if (limits.Contains(exact)) covered++;
            progress?.Report(new RunProgress(study.Name, repeat + 1, Repeats));
        }

        var all = StudentMean.Of(means);
        return new()
        {
            Case = study.Name,
            IsHeavyTailed = study.IsHeavyTailed,
            Repeats = Repeats,
            Prompts = Prompts,
            Exact = exact,
            Mean = all.Mean,
            StandardError = all.StandardError,
            Coverage = (double)covered / Repeats,
            WithoutInterval = without,
            VarianceSaved = 1 - Square(all.StandardError / StudentMean.Of(k1Means).StandardError),
            SamplingVarianceSaved = SavedWithinPrompts(study, meter, sampling, cancellationToken),
        };
    }

    private static double SavedWithinPrompts(KlStudyCase study, KlMeter meter, SamplingOptions sampling,
        CancellationToken cancellationToken)
    {
        var samples = meter.Samples(
            [.. study.Prompts.Select((prompt, i) => new GenerationRequest { Key = Invariant($"fixed/{i}"), PromptIds = prompt })],
            sampling with { SamplesPerPrompt = FixedPromptSamples }, cancellationToken);
        var prompts = samples.GroupBy(sample => sample.PromptId).ToList();
        return 1 - (prompts.Average(prompt => Variance(prompt.Select(sample => sample.Kl))) / prompts.Average(prompt => Variance(prompt.Select(sample => sample.K1))));
    }

    private static double Variance(IEnumerable<double> values)
    {
        var mean = StudentMean.Of([.. values]);
        return Square(mean.StandardError) * FixedPromptSamples;
    }

    private static double Square(double value) => value * value;
}
