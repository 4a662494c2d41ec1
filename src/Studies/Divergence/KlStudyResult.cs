namespace SafetyGate.Studies.Divergence;

/// <summary>Results of the KL meter over many repeats of one measurement.</summary>
public sealed record KlStudyResult
{
    /// <summary>
    /// Least share of the repeats whose 95 % interval must hold the exact value; 2,000 repeats at .95 leave it by chance less than once in
    /// 10,000 times.
    /// </summary>
    public const double LeastCoverage = 0.93;

    /// <summary>Most standard errors between the mean of the repeats and the exact value.</summary>
    public const double MostErrors = 3;

    /// <summary>Name of the case.</summary>
    public required string Case { get; init; }

    /// <summary>Whether coverage is only reported.</summary>
    public required bool IsHeavyTailed { get; init; }

    /// <summary>Repeats.</summary>
    public required int Repeats { get; init; }

    /// <summary>Prompts of a repeat.</summary>
    public required int Prompts { get; init; }

    /// <summary>Exact mean KL, nats.</summary>
    public required double Exact { get; init; }

    /// <summary>Mean of the repeats' means, nats.</summary>
    public required double Mean { get; init; }

    /// <summary>Its standard error, nats.</summary>
    public required double StandardError { get; init; }

    /// <summary>Share of the repeats whose 95 % interval holds the exact value; a repeat without an interval does not.</summary>
    public required double Coverage { get; init; }

    /// <summary>Repeats that gave no interval, such as those whose values did not vary.</summary>
    public required int WithoutInterval { get; init; }

    /// <summary>
    /// 1 − variance of the repeats' means / variance of their means by k1: noise of the responses and choice of the prompts together.
    /// </summary>
    public required double VarianceSaved { get; init; }

    /// <summary>The same with the prompts held fixed: noise of the responses alone.</summary>
    public required double SamplingVarianceSaved { get; init; }

    /// <summary>Standard errors between mean and exact value.</summary>
    public double Errors => Math.Abs(Mean - Exact) / StandardError;

    /// <summary>Whether the mean is right and, but for a heavy tail, the interval covers. NaN is not.</summary>
    public bool Holds => Errors <= MostErrors && (IsHeavyTailed || Coverage >= LeastCoverage);
}
