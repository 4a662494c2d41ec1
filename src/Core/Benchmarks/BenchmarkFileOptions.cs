namespace SafetyGate.Core.Benchmarks;

/// <summary>How a benchmark file is to be read. Immutable; vary it with <c>with</c>.</summary>
public sealed record BenchmarkFileOptions
{
    /// <summary>Meaning of a score of 1.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>Name of the benchmark; <c>null</c> takes the file's name without its extension.</summary>
    public string? Name { get; init; }

    /// <summary>Format of the file; <c>null</c> goes by its extension.</summary>
    public BenchmarkFormat? Format { get; init; }

    /// <summary>Which column of the file holds what.</summary>
    public ColumnMapping Columns { get; init; } = ColumnMapping.Default;

    /// <summary>Keep only the rows whose column has this value, as <c>label=safe</c>; <c>null</c> keeps all.</summary>
    public string? Where { get; init; }

    /// <summary>Suite given to every item that names none; <c>null</c> leaves it out.</summary>
    public string? Suite { get; init; }

    /// <summary>System prompt put before every item; part of the benchmark's digest. <c>null</c> for none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Largest file that is read, in bytes. Default 256 MiB.</summary>
    public long MaximumFileBytes { get; init; } = 256L << 20;

    /// <summary>Longest line or record that is read, in bytes. Default 1 MiB: a prompt longer than that is a broken file.</summary>
    public int MaximumRecordBytes { get; init; } = 1 << 20;

    /// <summary>Most items of one file. Default 1,000,000.</summary>
    public int MaximumItems { get; init; } = 1_000_000;

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name is not null && string.IsNullOrWhiteSpace(Name))
            yield return $"{nameof(Name)} is blank; give a name, or leave it out to take the file's.";
        if (Where is not null && Where.IndexOf('=', StringComparison.Ordinal) < 1)
            yield return $"{nameof(Where)} is '{Where}'; it must be written column=value.";
        if (SystemPrompt is not null && string.IsNullOrWhiteSpace(SystemPrompt))
            yield return $"{nameof(SystemPrompt)} is blank; leave it out.";
        if (MaximumFileBytes < 1) yield return Invariant($"{nameof(MaximumFileBytes)} is {MaximumFileBytes}; it must be 1 or more.");
        if (MaximumRecordBytes < 1) yield return Invariant($"{nameof(MaximumRecordBytes)} is {MaximumRecordBytes}; it must be 1 or more.");
        if (MaximumItems < 1) yield return Invariant($"{nameof(MaximumItems)} is {MaximumItems}; it must be 1 or more.");
    }
}
