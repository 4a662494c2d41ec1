using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// A claim about the KL between the trained model and its reference. None fails open: a value that is not finite, or measured on too few
/// or other prompts, or under other sampling or one to which the KL does not apply, never passes.
/// </summary>
public abstract record DivergenceClaim : Claim
{
    private protected DivergenceClaim() { }

    /// <summary>Name of the metric on whose prompts it was measured.</summary>
    public required string On { get; init; }

    /// <summary>The KL.</summary>
    public required KlMeasurement Kl { get; init; }

    /// <summary>The untuned reference's score on the same prompts under the same sampling: S_p of budgets and certificates.</summary>
    public required Measurement Reference { get; init; }

    /// <summary>True if both models have the same weights; then the KL is 0.</summary>
    public bool SameWeights { get; init; }

    internal override string? SameAsReference => Untuned
        ?? (SameWeights ? "the tuned model's weights are the reference's" : Kl.Subject is { } subject ? Same(subject.PolicyWeights, subject.ReferenceWeights) : null);

    /// <summary>One-sided error probability of the statement. Default .05; limits inside one statement share it.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Nats at which the KL of a response is cut.</summary>
    internal abstract double Level { get; }

    /// <summary>The level with its unit.</summary>
    internal string LevelInWords => Level == 1 ? "1 nat" : Invariant($"{Level:0.###} nats");

    /// <summary>The KL cut at <see cref="Level"/>; only of a usable measurement.</summary>
    internal ClippedKl Clipped => ClippedKl.Of(Kl, Level, Reference);

    /// <summary>What the KL is measured on, and against which model.</summary>
    private protected IEnumerable<RuleTerm> TermsOfKl() => RuleTerms.OfKl(Reference.Benchmark, Reference.BenchmarkDigest, KlMeasurement.Estimator,
        Kl.Sampling, $"{Kl.Subject?.Style}", Kl.Subject?.TemplateDigest ?? "", Reference.Model.WeightsDigest);

    /// <summary>What makes the reference's safety, where the statement uses it.</summary>
    private protected IEnumerable<RuleTerm> TermsOfSafety =>
        [new("direction", $"{Reference.Direction}"), new("scorer", Reference.Scorer), new("scorer version", Reference.ScorerVersion)];

    /// <summary>The measured KL with its limit and its checks.</summary>
    /// <param name="alpha">One-sided level of the limit.</param>
    internal IEnumerable<TextLine> Observed(double alpha)
    {
        if (Kl.Mean is not { } mean)
        {
            yield return new("observed", "nothing");
            yield break;
        }

        yield return new("observed", Invariant($"{mean:0.#####} nats a response, mean over {Kl.Prompts} prompts{LimitIn(alpha)}"));
        var largest = Kl.LargestShare is { } share ? Invariant($"; the largest prompt has {100 * share:0.#} % of the sum") : "";
        yield return new("checks", Invariant($"k1 {Kl.K1Mean:0.#####}, k3 {Kl.K3Mean:0.#####}{largest}"));
    }

    private string LimitIn(double alpha)
    {
        if (!Kl.IsUsable) return "; no limit";
        var clipped = Clipped;
        return Invariant($"; {100 * (1 - alpha):0.##} % upper limit {clipped.UpperMean(alpha):0.#####} of the mean cut at {LevelInWords} a response (one-sided, by betting: it holds whatever the tail); {clipped.Exceeding} of {clipped.Responses} responses are above, {100 * clipped.UpperShare(alpha):0.##} % at most (one-sided)");
    }
}
