using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// A measured KL in a result file, with the settings that make it comparable and the value of each prompt, so that its mean can be
/// recomputed.
/// </summary>
public sealed record KlResult
{
    private const int Places = 9;

    /// <summary>Name of the metric on whose prompts and under whose sampling it was measured.</summary>
    public required string Metric { get; init; }

    /// <summary>Name of the benchmark.</summary>
    public required string Benchmark { get; init; }

    /// <summary>Digest of the benchmark's items.</summary>
    public required string BenchmarkDigest { get; init; }

    /// <summary>How responses were drawn; the seed takes no part in comparisons.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>Prompts as conversations or as plain text.</summary>
    public required PromptStyle Style { get; init; }

    /// <summary>Digest of the chat template of both models.</summary>
    public required string TemplateDigest { get; init; }

    /// <summary>Digest of the reference's weights.</summary>
    public required string Reference { get; init; }

    /// <summary>Name and version of the estimator.</summary>
    public required string Estimator { get; init; }

    /// <summary>Nats above the approved mean that the gate allows; part of the rule.</summary>
    public required double Margin { get; init; }

    /// <summary>Nats that no response may exceed; part of the rule.</summary>
    public required double Largest { get; init; }

    /// <summary>One-sided level of the gate; part of the rule.</summary>
    public required double Alpha { get; init; }

    /// <summary>Mean KL of each prompt, nats, rounded to nine places.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Prompts { get; init; }

    /// <summary>Mean over the prompts, nats.</summary>
    public double Mean => Prompts.Average(prompt => prompt.Value);

    /// <summary>The rule it is approved under, as its verb applies it.</summary>
    internal ClaimRule Rule => new()
    {
        Claim = ClaimKind.WithinBudget,
        Metric = "KL on " + Metric,
        Terms = BudgetClaim.TermsOf(KlBudgetKind.ApprovedPlus, Margin, Largest, Alpha,
            RuleTerms.OfKl(Benchmark, BenchmarkDigest, Estimator, Sampling, $"{Style}", TemplateDigest, Reference)),
    };

    /// <summary>Of a usable measurement.</summary>
    /// <exception cref="ArgumentException">The measurement is not usable, or does not record what it was measured on.</exception>
    public static KlResult Of(string metric, string benchmark, KlMeasurement kl, double margin, double largest, double alpha) =>
        kl is { IsUsable: true, Subject: { } subject }
        ? new()
        {
            Metric = metric,
            Benchmark = benchmark,
            BenchmarkDigest = subject.BenchmarkDigest,
            Sampling = kl.Sampling,
            Style = subject.Style,
            TemplateDigest = subject.TemplateDigest,
            Reference = subject.ReferenceWeights,
            Estimator = KlMeasurement.Estimator,
            Margin = margin,
            Largest = largest,
            Alpha = alpha,
            Prompts = [.. kl.PromptKl.Select(prompt => KeyValuePair.Create(prompt.Key, Math.Round(prompt.Value, Places)))],
        }
        : throw new ArgumentException($"The KL on {metric} is not usable: {kl.WhyNot ?? "it does not record on which prompts and models it was measured"}.", nameof(kl));

    /// <summary>The first field in which the rule or the measurement differs; <c>null</c> if the two are comparable.</summary>
    public string? DifferenceFrom(KlResult approved)
    {
        if (Metric != approved.Metric) return $"metric: approved '{approved.Metric}', now '{Metric}'";
        if (BenchmarkDigest != approved.BenchmarkDigest)
            return $"benchmark: the items of '{Benchmark}' are not those of the approved measurement";
        if (KlSamples.Incomplete([.. Prompts.Select(prompt => prompt.Key)], [.. approved.Prompts.Select(prompt => prompt.Key)]) is { } prompts)
            return prompts + " of the approved measurement";
        if (Sampling with { Seed = 0 } != approved.Sampling with { Seed = 0 })
            return $"sampling: approved {approved.Sampling}, now {Sampling}";
        if (Style != approved.Style) return $"prompt style: approved {approved.Style}, now {Style}";
        if (TemplateDigest != approved.TemplateDigest)
            return $"chat template digest: approved '{approved.TemplateDigest}', now '{TemplateDigest}'";
        if (Reference != approved.Reference)
            return $"reference: approved against the weights {approved.Reference}, now against {Reference}";
        if (Estimator != approved.Estimator) return $"estimator: approved '{approved.Estimator}', now '{Estimator}'";
        if (Margin != approved.Margin) return Invariant($"margin: approved {approved.Margin} nats, now {Margin}");
        if (Largest != approved.Largest) return Invariant($"largest KL of a response: approved {approved.Largest} nats, now {Largest}");
        return Alpha != approved.Alpha ? Invariant($"alpha: approved {approved.Alpha}, now {Alpha}") : null;
    }

    /// <summary>All that makes it no evidence, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (Metric.Length == 0) yield return "a KL has no metric.";
        if (Prompts.Count < KlSamples.FewestPrompts)
            yield return Invariant($"KL on '{Metric}': it has {Prompts.Count} prompts; {KlSamples.FewestPrompts} are the fewest.");
        if (Prompts.GroupBy(prompt => prompt.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"KL on '{Metric}': it has the prompt '{twice.Key}' twice.";
        foreach (var prompt in Prompts)
            if (!(prompt.Value >= 0 && double.IsFinite(prompt.Value))) yield return Invariant($"KL on '{Metric}': prompt '{prompt.Key}' has {prompt.Value} nats; it must be finite and 0 or more.");
        if (!(Margin > 0 && double.IsFinite(Margin)))
            yield return Invariant($"KL on '{Metric}': the margin is {Margin} nats; it must be finite and above 0.");
        if (!(Largest > 0 && double.IsFinite(Largest)))
            yield return Invariant($"KL on '{Metric}': the largest KL of a response is {Largest} nats; it must be finite and above 0.");
        if (!(Alpha > 0 && Alpha < 0.5)) yield return Invariant($"KL on '{Metric}': alpha is {Alpha}; it must lie between 0 and 0.5.");
        foreach (var problem in Sampling.Problems()) yield return $"KL on '{Metric}': {problem}";
        if (!Sampling.Problems().Any() && KlSamples.WhyNot(Sampling) is { } reason) yield return $"KL on '{Metric}': {reason}.";
    }
}
