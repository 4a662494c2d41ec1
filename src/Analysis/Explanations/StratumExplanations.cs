using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Explanations;

/// <summary>Scores of the explanations of one stratum.</summary>
public sealed record StratumExplanations
{
    private const int Draws = 2000;
    private const ulong Seed = 1;

    /// <summary>The stratum.</summary>
    public required Stratum Stratum { get; init; }

    /// <summary>Its items.</summary>
    public required int Items { get; init; }

    /// <summary>Accuracy of the readers from the explanation alone, the answer hidden.</summary>
    public required double FromExplanation { get; init; }

    /// <summary>Accuracy from the question alone, the answer hidden.</summary>
    public required double FromQuestion { get; init; }

    /// <summary>Supportiveness: the first minus the second.</summary>
    public required double Supports { get; init; }

    /// <summary>Its limits, each one-sided at α, by bootstrap over items.</summary>
    public required Limits SupportsLimits { get; init; }

    /// <summary>κ of the two readers' answers from the explanation; <c>null</c> where both give one answer to everything.</summary>
    public required double? Kappa { get; init; }

    /// <summary>Mean share of siblings that the explanations' rules answer; <c>null</c> without siblings.</summary>
    public double? Generalizes { get; init; }

    /// <summary>Its limits.</summary>
    public Limits? GeneralizesLimits { get; init; }

    /// <summary>Mean log-probability of explanations minus that of their words shuffled, in nats a token; <c>null</c> without a reference.</summary>
    public double? Grammatical { get; init; }

    /// <summary>Whether the readers agree too little for any score of this stratum to count.</summary>
    public bool IsInconclusive => !(Kappa >= ReaderAgreement.Least);

    internal static StratumExplanations Of(Stratum stratum, IReadOnlyList<ExplainedItem> items, double alpha)
    {
        double[] supports = [.. items.Select(item => item.FromExplanation.Average() - item.FromQuestion.Average())];
        double[] generalizes = [.. items.Select(item => item.Generalizes).OfType<double>()];
        double[] grammatical = [.. items.Select(item => item.Grammatical).OfType<double>()];
        return new()
        {
            Stratum = stratum,
            Items = items.Count,
            FromExplanation = items.Average(item => item.FromExplanation.Average()),
            FromQuestion = items.Average(item => item.FromQuestion.Average()),
            Supports = supports.Average(),
            SupportsLimits = Limited(supports, alpha),
            Kappa = ReaderAgreement.Kappa([.. items.Select(item => item.Answers[0])], [.. items.Select(item => item.Answers[1])]),
            Generalizes = generalizes.Length == 0 ? null : generalizes.Average(),
            GeneralizesLimits = generalizes.Length == 0 ? null : Limited(generalizes, alpha),
            Grammatical = grammatical.Length == 0 ? null : grammatical.Average(),
        };
    }

    private static Limits Limited(double[] values, double alpha)
    {
        var random = new RandomStream(Seed, "explanations/resampling");
        return Limits.OfDraws([.. Enumerable.Range(0, Draws).Select(_ =>
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++) sum += values[random.Next(values.Length)];
            return sum / values.Length;
        })], alpha);
    }
}
