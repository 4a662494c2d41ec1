using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Figures of a study that were computed before, in the store's <c>figures/</c>: a killed study goes on where it stopped. A file that is
/// damaged, or not signed where the store is, counts as absent and is computed again.
/// </summary>
/// <param name="store">The store.</param>
public sealed class KeptFigures(RunStore store)
{
    private const string Kind = "figures";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>What was kept under a key; default when nothing was.</summary>
    /// <typeparam name="T">The figures: a record of numbers, texts and lists.</typeparam>
    /// <param name="key">Everything that decides the figures, the code that computes them included.</param>
    /// <exception cref="UserErrorException">The store's folder belongs to another user.</exception>
    public T? Find<T>(JsonObject key) where T : class
    {
        var path = PathOf(key);
        store.Trust.Require(Path.GetDirectoryName(path)!, path);
        if (!File.Exists(path)) return null;
        try
        {
            var whole = StoredHeader.Read(path);
            return store.Seal.Holds(Kind, whole) && CanonicalJson.Write(whole["key"]) == CanonicalJson.Write(key) ? whole["figures"].Deserialize<T>(Json) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or NotSupportedException or IOException or UserErrorException)
        {
            return null;
        }
    }

    /// <summary>Keeps figures under a key.</summary>
    /// <typeparam name="T">The figures.</typeparam>
    /// <param name="key">As for <see cref="Find"/>.</param>
    /// <param name="figures">What was computed.</param>
    /// <exception cref="UserErrorException">The store cannot be written (exit code 74).</exception>
    public void Keep<T>(JsonObject key, T figures) where T : class
    {
        var path = PathOf(key);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            store.Trust.Require(Path.GetDirectoryName(path)!, path);
            var whole = new JsonObject { ["key"] = key.DeepClone(), ["figures"] = JsonSerializer.SerializeToNode(figures, Json) };
            store.Seal.Sign(Kind, whole);
            RunStore.WriteWhole(path, whole.ToJsonString() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.CannotWrite($"figures of a study in {path}", e);
        }
    }

    private string PathOf(JsonObject key) => Path.Combine(store.Root, "figures", CanonicalJson.Digest(key) + ".json");
}
