using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Data;

/// <summary>The prompts of a run: a benchmark file whose items have the answers that the verifiers need.</summary>
public sealed record PromptFile
{
    /// <summary>Path of the file.</summary>
    [RelativePath, NotInKey]
    public required string Path { get; init; }

    /// <summary>
    /// Columns, as <c>gate eval --columns</c> has them, such as <c>prompt=question</c>; empty for columns of the fields' own names.
    /// </summary>
    [NotInKey]
    public string Columns { get; init; } = "";

    /// <summary>Items taken from the start of the file; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>System prompt put before every item; <c>null</c> for none.</summary>
    [NotInKey] // the items' digest has it
    public string? SystemPrompt { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (SystemPrompt is not null && string.IsNullOrWhiteSpace(SystemPrompt)) yield return $"{Path}: the system_prompt is blank; leave it out.";
        if (Limit is < 1) yield return Invariant($"{Path}: the limit is {Limit}; it must be 1 or more.");
    }

    /// <summary>Reads the items.</summary>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public IReadOnlyList<BenchmarkItem> Load() => [.. File().Items.Take(Limit ?? int.MaxValue)];

    /// <summary>Key of the prompts: the digest of the items, not the path of the file.</summary>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public JsonObject Describe()
    {
        var description = JsonFormat.Describe(this);
        description["items"] = File().Digest;
        return description;
    }

    private Benchmark File() =>
        BenchmarkFile.Load(Path,
            new BenchmarkFileOptions { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse(Columns), SystemPrompt = SystemPrompt });
}
