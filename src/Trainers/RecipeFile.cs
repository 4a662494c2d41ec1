using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Runs;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Trainers;

/// <summary>Reads recipes in their JSON form, as <c>gate run recipe.json</c> takes them.</summary>
public static class RecipeFile
{
    private static readonly Dictionary<string, Func<JsonFields, string, string, IRecipe>> Kinds = new(StringComparer.Ordinal)
    {
        ["sft"] = SftRecipe.From,
        ["grpo"] = GrpoRecipe.From,
    };

    /// <summary>Reads a recipe; its <c>kind</c> says which trainer carries it out. Relative paths are relative to the file.</summary>
    /// <exception cref="UserErrorException">The file is missing or not sound JSON, the kind is unknown, a required key is missing, or a key is unknown; the message names the nearest known one.</exception>
    public static IRecipe Load(string path)
    {
        var fields = JsonFields.Read(path);
        var kind = fields.RequiredText("kind");
        if (!Kinds.TryGetValue(kind, out var read))
            throw new UserErrorException($"{path}: \"kind\" is \"{kind}\"; it must be one of {string.Join(", ", Kinds.Keys)}. Did you mean \"{NearestName.Of(kind, Kinds.Keys)}\"?");
        return read(fields, Path.GetFileNameWithoutExtension(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
