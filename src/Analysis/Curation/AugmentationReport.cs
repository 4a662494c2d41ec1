using SafetyGate.Analysis.Results;

namespace SafetyGate.Analysis.Curation;

/// <summary>Rows made for patterns: where they come from, what was rejected, and that nothing of the validation data is in them.</summary>
public sealed record AugmentationReport : IAnalysisResult
{
    /// <inheritdoc/>
    public static string Schema => "safetygate.augmentation/1";

    /// <summary>Digest of the report of patterns.</summary>
    public required string PatternsDigest { get; init; }

    /// <summary>SHA-256 over the validation texts; lower-case hex.</summary>
    public required string ValidationDigest { get; init; }

    /// <summary>SHA-256 of the rows' file; lower-case hex.</summary>
    public required string RowsDigest { get; init; }

    /// <summary>Who drafted the strategies.</summary>
    public required string Drafter { get; init; }

    /// <summary>What made the rows.</summary>
    public required string Generator { get; init; }

    /// <summary>Names of the checks.</summary>
    public required IReadOnlyList<string> Checks { get; init; }

    /// <summary>Most tries again with feedback.</summary>
    public required int MostRetries { get; init; }

    /// <summary>What came of each strategy.</summary>
    public required IReadOnlyList<StrategyOutcome> Strategies { get; init; }

    /// <summary>Patterns whose strategy held validation text and was not used.</summary>
    public required IReadOnlyList<string> Withheld { get; init; }

    /// <summary>What the accepted rows share with the validation texts, measured anew over the whole file.</summary>
    public required LeakCount Leaks { get; init; }

    /// <inheritdoc/>
    object? IAnalysisResult.Summary => null;

    /// <inheritdoc/>
    public IEnumerable<string> Problems()
    {
        if (Strategies.FirstOrDefault(outcome => outcome.Accepted < 0 || outcome.Accepted > outcome.Generated) is { } outcome) yield return Invariant($"'{outcome.Strategy.Name}' has {outcome.Accepted} accepted of {outcome.Generated} rows.");
    }
}
