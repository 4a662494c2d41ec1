using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Verifiers.Tests.Outcomes;

/// <summary>What each version of each scorer makes of fixed inputs: <c>versions.json</c> holds one digest for a name and a version.</summary>
internal sealed class OutcomeTable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Verifiers.Tests", "Outcomes");

    private readonly Dictionary<string, Dictionary<string, string>> _digests;

    public OutcomeTable(string json)
    {
        // A version that occurs twice would have two digests.
        var options = new JsonSerializerOptions { AllowDuplicateProperties = false };
        _digests = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(json, options)!;
    }

    public IEnumerable<string> Names => _digests.Keys;

    public static OutcomeTable Committed() => new(File.ReadAllText(Path.Combine(Folder, "versions.json")));

    /// <summary>The inputs of a file, with what becomes of them.</summary>
    public static IReadOnlyList<ItemScore> Outcomes(IScorer scorer, string file) =>
        [.. File.ReadAllText(Path.Combine(Folder, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Select(row => scorer.Score(Item(row), Response(row)))];

    /// <summary>SHA-256 of value and rule of each outcome; reasons are for people and not in it.</summary>
    public static string Digest(IReadOnlyList<ItemScore> outcomes)
    {
        var text = string.Concat(outcomes.Select((o, i) => Invariant($"{i}|{(o.Value is { } v ? v.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "unscored")}|{o.Rule}\n")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>What is wrong; <c>null</c> if the digest is the one that is committed for this version.</summary>
    public string? Problem(string name, string version, string digest)
    {
        if (!_digests.TryGetValue(name, out var versions)) return $"'{name}' is not in versions.json. Add \"{name}\": {{ \"{version}\": \"{digest}\" }}.";
        if (!versions.TryGetValue(version, out var committed)) return $"Version \"{version}\" of '{name}' is not in versions.json. Add \"{version}\": \"{digest}\" and leave the older versions.";
        return committed == digest
            ? null
            : $"The outcomes of '{name}' are not those of its version \"{version}\" any more (digest {digest}, committed {committed}). If the change is meant, raise its Version and add a line with this digest to versions.json; "
              + "stored scores and runs are told apart by it. If it is not meant, undo it. If an input file was changed, keep the old inputs and add new versions only.";
    }

    private static BenchmarkItem Item(JsonElement row) => new() { Id = row.GetProperty("id").GetString()!, Prompt = Text(row, "prompt") is { Length: > 0 } prompt ? prompt : "?", Answer = Text(row, "gold") };

    private static Response Response(JsonElement row)
    {
        var finish = Text(row, "finish") switch { "length" => FinishReason.Length, "error" => FinishReason.Error, _ => FinishReason.Stop };
        return new() { PromptId = row.GetProperty("id").GetString()!, Text = row.GetProperty("response").GetString()!, FinishReason = finish, Error = finish == FinishReason.Error ? "no route" : null };
    }

    private static string? Text(JsonElement row, string key) => row.TryGetProperty(key, out var value) ? value.GetString() : null;
}
