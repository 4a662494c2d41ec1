namespace SafetyGate.Harness.Runs;

/// <summary>An entry of a store's runs, as it lies there; the digests of its files are not checked.</summary>
public sealed record StoredRun
{
    /// <summary>The run's key; of an entry that was moved aside with the number behind it.</summary>
    public required string Digest { get; init; }

    /// <summary>Its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How far it is.</summary>
    public required StoredRunState State { get; init; }

    /// <summary>Its record; <c>null</c> if it is not finished.</summary>
    public RunRecord? Record { get; init; }

    /// <summary>Why it is corrupt, or why its last attempt failed; <c>null</c> if neither is known.</summary>
    public string? Problem { get; init; }

    /// <summary>Bytes of all its files.</summary>
    public required long Bytes { get; init; }

    /// <summary>When a file of it was last written.</summary>
    public required DateTimeOffset LastWritten { get; init; }
}
