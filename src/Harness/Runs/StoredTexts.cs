using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>Finds response texts in a run store by their digests: a baseline holds digests only, and the report shows the words.</summary>
public static class StoredTexts
{
    /// <summary>The texts of a model's responses that a store holds.</summary>
    /// <param name="store">The run store's folder; need not exist.</param>
    /// <param name="weightsDigest">Which model; only evaluations of it are looked into. Empty: nothing is found.</param>
    /// <param name="digests">SHA-256 of the texts wanted; lower-case hex.</param>
    /// <returns>Text by digest; what the store lacks is missing. Damaged files are skipped here; whatever needs them reports
    /// them.</returns>
    public static IReadOnlyDictionary<string, string> Find(string store, string weightsDigest, IReadOnlySet<string> digests)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (weightsDigest.Length == 0 || digests.Count == 0) return found;
        var trust = StoreTrust.FromEnvironment();
        if (trust.RootProblem(store) is not null || trust.Problem(Path.Combine(store, "runs")) is not null) return found;
        foreach (var header in Headers(store))
        {
            if (found.Count == digests.Count) break;
            if (new[] { Path.GetDirectoryName(header)!, header, Path.ChangeExtension(header, ".jsonl") }.Any(path => trust.Problem(path) is not null)) continue;
            if (!IsOf(header, weightsDigest)) continue;
            foreach (var response in Responses(Path.ChangeExtension(header, ".jsonl")))
                if (response.Digest is var digest && digests.Contains(digest)) found.TryAdd(digest, response.Response.Text);
        }

        return found;
    }

    private static IEnumerable<string> Headers(string store)
    {
        var runs = Path.Combine(store, "runs");
        var folders = Directory.Exists(runs)
            ? Directory.GetDirectories(runs).Order(StringComparer.Ordinal).Select(run => Path.Combine(run, RunLayout.Evaluations))
            : [];
        return folders.Append(Path.Combine(store, RunLayout.Evaluations)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal));
    }

    private static bool IsOf(string header, string weightsDigest)
    {
        try
        {
            return StoredHeader.Read(header)["evaluation"] is JsonObject e
                && (string?)e["weights"] == weightsDigest;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or UserErrorException)
        {
            return false;
        }
    }

    private static IReadOnlyList<ScoredResponse> Responses(string path)
    {
        try
        {
            return ResponseFile.Read(path);
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
