using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// What a recipe says, one line a setting, as a reviewer compares it: <c>options.learning_rate</c>, <c>data[0].sha256</c>,
/// <c>base.weights</c>. Settings that are not set are left out; the architecture in <c>base.config</c> is one digest.
/// </summary>
public static class RecipeSettings
{
    /// <summary>Most settings of a recipe that a result file keeps.</summary>
    public const int Most = 500;

    /// <summary>Longest value that is kept, in characters; a longer one is replaced by its SHA-256.</summary>
    public const int LongestValue = 200;

    private static readonly string[] Whole = ["base.config"];

    /// <summary>The settings by path, in ordinal order.</summary>
    /// <param name="recipe">A recipe's description, as it enters the key of a run.</param>
    public static IReadOnlyDictionary<string, string> Of(JsonObject recipe)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(found, "", recipe);
        return found.Count <= Most ? found : new SortedDictionary<string, string>(found.Take(Most).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static void Add(SortedDictionary<string, string> found, string path, JsonNode? node)
    {
        switch (node)
        {
            case null:
                return;
            case JsonObject or JsonArray when Whole.Contains(path):
                found[path] = "sha256 " + CanonicalJson.Digest(node);
                return;
            case JsonObject members:
                foreach (var (name, value) in members) Add(found, path.Length == 0 ? name : path + "." + name, value);
                return;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++) Add(found, Invariant($"{path}[{i}]"), elements[i]);
                return;
            default:
                var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : CanonicalJson.Write(node);
                found[path] = text.Length <= LongestValue ? text : "sha256 " + CanonicalJson.Digest(node);
                return;
        }
    }
}
