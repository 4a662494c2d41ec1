using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Adapters;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>Digests of the files and checkpoints that recipes name, each computed once.</summary>
internal sealed class StudyDigests
{
    private const string Configuration = "config.json";

    private readonly DigestCache _files = MachineDigests.Open();
    private readonly Dictionary<string, JsonNode> _known = new(StringComparer.Ordinal);

    /// <summary>The same JSON with each text that is the path of a file, or of a checkpoint's folder, replaced by its digest.</summary>
    /// <param name="json">The JSON; not changed.</param>
    /// <param name="file">The file whose folder relative paths start from.</param>
    public JsonNode? InsteadOfPaths(JsonNode? json, string file) => json switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, InsteadOfPaths(member.Value, file)))),
        JsonArray elements => new JsonArray([.. elements.Select(element => InsteadOfPaths(element, file))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => OfPath(value.GetValue<string>(), file) ?? value.DeepClone(),
        _ => json?.DeepClone(),
    };

    private JsonNode? OfPath(string text, string file)
    {
        if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal)) return null;
        var path = Path.GetFullPath(text, Path.GetDirectoryName(Path.GetFullPath(file))!);
        if (_known.TryGetValue(path, out var known)) return known.DeepClone();
        if (File.Exists(path)) return (_known[path] = JsonValue.Create("sha256:" + _files.Sha256(path))).DeepClone();
        if (AdapterFile.IsIn(path))
            return (_known[path] = JsonValue.Create("adapter:" + CanonicalJson.Digest(new JsonArray([.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(one => (JsonNode?)(Path.GetFileName(one) + " " + _files.Sha256(one)))])))).DeepClone();
        return File.Exists(Path.Combine(path, Configuration)) ? (_known[path] = JsonValue.Create("base:" + CanonicalJson.Digest(BaseModel.Describe(path)))).DeepClone() : null;
    }
}
