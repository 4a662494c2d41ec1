using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Grpo;

/// <summary>The prompts of a run: a benchmark file whose items have the answers the verifiers need.</summary>
public sealed record GrpoData
{
    /// <summary>Where the file lies.</summary>
    public required string Path { get; init; }

    /// <summary>Columns, as <c>gate eval --columns</c> has them, such as <c>prompt=question</c>; empty for columns of the fields' own names.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Items taken from the start of the file; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Reads the items.</summary>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public IReadOnlyList<BenchmarkItem> Load() => [.. File().Items.Take(Limit ?? int.MaxValue)];

    /// <summary>What decides the prompts.</summary>
    internal JsonObject Describe() => new() { ["items"] = File().Digest, ["limit"] = Limit };

    /// <summary>Reads the JSON form.</summary>
    internal static GrpoData From(JsonFields fields, string directory)
    {
        var data = new GrpoData { Path = System.IO.Path.GetFullPath(fields.RequiredText("path"), directory), Columns = fields.Text("columns") ?? "", Limit = fields.Whole("limit") };
        fields.RefuseOthers();
        return data.Limit is < 1 ? throw new UserErrorException(Invariant($"{fields.Where}: \"limit\" is {data.Limit}; it must be 1 or more.")) : data;
    }

    private Benchmark File() => BenchmarkFile.Load(Path, new BenchmarkFileOptions { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse(Columns) });
}
