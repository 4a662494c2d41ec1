using System.Text.Json;

namespace SafetyGate.Models.Checkpoints;

/// <summary>The index of a sharded checkpoint: which file holds which tensor.</summary>
internal static class ShardIndex
{
    /// <summary>Reads an index file.</summary>
    /// <returns>File name by tensor name. Every file name is a plain name, so it cannot lead out of the directory.</returns>
    /// <exception cref="UserErrorException">The index is malformed or names a file elsewhere.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        try
        {
            if (!document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw new UserErrorException($"{path}: has no 'weight_map' object, which maps each tensor to its file.");
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in map.EnumerateObject())
            {
                var tensor = SafetensorsHeader.Shown(property.Name);
                if (property.Value.ValueKind != JsonValueKind.String)
                    throw new UserErrorException($"{path}: 'weight_map' of tensor '{tensor}' is not a file name.");
                var file = property.Value.GetString()!;
                if (!IsPlainName(file))
                    throw new UserErrorException($"{path}: tensor '{tensor}' is mapped to '{SafetensorsHeader.Shown(file)}'; only the name of a .safetensors file in the same directory is allowed.");
                if (!files.TryAdd(property.Name, file))
                    throw new UserErrorException($"{path}: tensor '{tensor}' is listed twice in 'weight_map'.");
            }

            if (files.Count == 0) throw new UserErrorException($"{path}: 'weight_map' is empty; it must list every tensor.");
            return files;
        }
        catch (InvalidOperationException e) // a string that is not valid Unicode
        {
            throw new UserErrorException($"{path}: holds a string that is not valid Unicode.", e);
        }
    }

    // Both separators on every system: an index that is refused on one must be refused on all.
    private static bool IsPlainName(string file) =>
        file.EndsWith(".safetensors", StringComparison.Ordinal) && file.Length > ".safetensors".Length && file.Length <= 255 &&
        file.IndexOfAny(['/', '\\', ':', '\0']) < 0 && !file.StartsWith('.') && !file.Any(char.IsControl);
}
