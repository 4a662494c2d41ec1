namespace SafetyGate.Core.Language;

/// <summary>How responses are drawn. Part of a result's identity: two results are compared only under the same options.</summary>
/// <remarks>
/// The order of application is that of the transformers library: repetition penalty (over prompt and response), temperature,
/// top-k, top-p, min-p, each on the distribution the one before left.
/// </remarks>
public sealed record SamplingOptions
{
    private const double LowestPenalty = 0.01, HighestPenalty = 100;

    /// <summary>Most new tokens of a response, the end-of-sequence token included.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>
    /// Divides the logits. 0 is greedy decoding (the default): the largest logit, the lowest id among equals. Otherwise from
    /// <see cref="LowestTemperature"/> to <see cref="HighestTemperature"/>.
    /// </summary>
    public double Temperature { get; init; }

    /// <summary>
    /// Lowest temperature that is sampled at. Below it no token but the likeliest has a share, and at last the quotients overflow: use 0.
    /// </summary>
    public const double LowestTemperature = 1e-6;

    /// <summary>Highest temperature that is sampled at: every token is about as likely as any other.</summary>
    public const double HighestTemperature = 1000;

    /// <summary>Keep the k likeliest tokens; <c>null</c> keeps all.</summary>
    public int? TopK { get; init; }

    /// <summary>Keep the smallest set of likeliest tokens whose mass reaches p, in (0,1]; <c>null</c> keeps all.</summary>
    public double? TopP { get; init; }

    /// <summary>Keep tokens with at least this share of the likeliest one's probability, in [0,1]; <c>null</c> keeps all.</summary>
    public double? MinP { get; init; }

    /// <summary>
    /// Divides positive and multiplies negative logits of tokens seen before; 1 (the default) is off (arXiv:1909.05858). From 0.01 to 100.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Samples drawn for each prompt. Default 1; with greedy decoding more than one makes no sense and is refused.</summary>
    public int SamplesPerPrompt { get; init; } = 1;

    /// <summary>
    /// Source of the draws. Each prompt and sample has its own stream from it, so a response does not depend on its batch.
    /// </summary>
    public required ulong Seed { get; init; }

    /// <summary>True when nothing is drawn: the likeliest token is taken.</summary>
    public bool IsGreedy => Temperature == 0;

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (MaxNewTokens < 1) yield return Invariant($"{nameof(MaxNewTokens)} is {MaxNewTokens}; it must be 1 or more.");
        if (!(Temperature == 0 || Temperature is >= LowestTemperature and <= HighestTemperature))
            yield return Invariant($"{nameof(Temperature)} is {Temperature}; it must be 0 (greedy) or lie in [{LowestTemperature}, {HighestTemperature}].");
        if (TopK is < 1) yield return Invariant($"{nameof(TopK)} is {TopK}; it must be 1 or more.");
        if (TopP is { } p && !(p > 0 && p <= 1)) yield return Invariant($"{nameof(TopP)} is {p}; it must lie in (0, 1].");
        if (MinP is { } m && !(m >= 0 && m <= 1)) yield return Invariant($"{nameof(MinP)} is {m}; it must lie in [0, 1].");
        if (RepetitionPenalty is not (>= LowestPenalty and <= HighestPenalty))
            yield return Invariant($"{nameof(RepetitionPenalty)} is {RepetitionPenalty}; it must lie in [{LowestPenalty}, {HighestPenalty}].");
        if (SamplesPerPrompt < 1) yield return Invariant($"{nameof(SamplesPerPrompt)} is {SamplesPerPrompt}; it must be 1 or more.");
        if (IsGreedy && SamplesPerPrompt > 1) yield return Invariant($"{nameof(SamplesPerPrompt)} is {SamplesPerPrompt} with greedy decoding, which gives the same response each time; it must be 1.");
    }
}
