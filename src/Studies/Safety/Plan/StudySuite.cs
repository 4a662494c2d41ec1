using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>A benchmark file of a study.</summary>
public sealed record StudySuite
{
    /// <summary>Name of the benchmark, such as <c>pocket/direct</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the file: JSONL, CSV or JSON.</summary>
    [RelativePath]
    public required string Path { get; init; }

    /// <summary>Columns, as <c>gate eval --columns</c> has them; empty for columns of the fields' own names.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Keep only the rows whose column has this value, as <c>label=safe</c>; <c>null</c> keeps all.</summary>
    public string? Where { get; init; }

    /// <summary>System prompt put before every item; <c>null</c> for none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Most items, in the order fixed by the benchmark's digest; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The scorer; <c>null</c> for the one that goes with what is measured.</summary>
    [JsonConverter(typeof(VerifierName<IScorer>))]
    public IScorer? Scorer { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the suite is valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Name)) yield return "A suite has a blank name.";
        if (Limit is < 1) yield return Invariant($"The limit of {Name} is {Limit}; it must be 1 or more, or absent.");
    }

    /// <summary>Reads the items.</summary>
    /// <param name="direction">What it measures.</param>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public Benchmark Load(MetricDirection direction)
    {
        var all = BenchmarkFile.Load(Path, new BenchmarkFileOptions { Name = Name, Direction = direction, Columns = ColumnMapping.Parse(Columns), Where = Where, SystemPrompt = SystemPrompt });
        return Limit is { } most && most < all.Items.Count ? ItemBudget.First(all, most) : all;
    }
}
