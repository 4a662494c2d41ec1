namespace SafetyGate.Harness.Reports;

/// <summary>The test run in which a verdict was reached, and what it was reached on: who reads it later can tell whether it still holds.</summary>
public sealed record TestRun
{
    /// <summary>Identity of the run, shared by all test programs of one <c>dotnet test</c>; see <see cref="TestRunId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The commit of the sources; lower-case hex. <c>null</c>: not known.</summary>
    public string? Commit { get; init; }

    /// <summary>
    /// Digest of what the working tree had changed from <see cref="Commit"/>; empty when it was clean. <c>null</c>: not known.
    /// </summary>
    public string? Changes { get; init; }

    /// <summary>Digest of the approved baselines and their notes.</summary>
    public required string Baselines { get; init; }

    /// <summary>When the verdict was reached; UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Name of the test program's assembly; <c>null</c> when not known.</summary>
    public string? Assembly { get; init; }

    /// <summary>Folder of the test program, where a later <c>dotnet test</c> leaves its mark; <c>null</c> when none can be left.</summary>
    public string? Program { get; init; }

    /// <summary>
    /// A source that was not the one the program had been built of when it started, as <c>dotnet test --no-build</c> allows; <c>null</c> for none.
    /// </summary>
    public string? Unbuilt { get; init; }

    /// <summary>
    /// Why it could not be told whether the program had been built of the present sources, as where it has no debugging symbols; <c>null</c> where it
    /// could.
    /// </summary>
    public string? Unknown { get; init; }

    /// <summary>Address of the CI's run; <c>null</c> outside a CI that names one.</summary>
    public string? Link { get; init; }

    /// <summary>The commit in words, with whether the tree was changed.</summary>
    public string Sources => Commit is null ? "no known commit" : $"commit {Short(Commit)}{Changes switch
    {
        "" => "",
        null => ", perhaps with changes in the working tree (git could not tell)",
        _ => " with changes in the working tree",
    }}";

    /// <summary>The start of a digest, enough to tell it from others.</summary>
    internal static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
