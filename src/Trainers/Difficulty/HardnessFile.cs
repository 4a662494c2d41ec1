using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Trainers.Difficulty;

/// <summary>Factors by which prompts are unlike the demonstrations, as <c>gate hardness</c> writes them: one <c>{"id", "hardness"}</c> a line.</summary>
public static class HardnessFile
{
    /// <summary>Why a file without the option is refused.</summary>
    internal const string WithoutScaling = "There is a file of hardness, but options.difficulty_scaling is not set; set it, or leave the file out.";

    /// <summary>The factor of a prompt.</summary>
    /// <exception cref="UserErrorException">The file has none.</exception>
    internal static double FactorOf(IReadOnlyDictionary<string, double> factors, string id, string path, string prompts) => factors.TryGetValue(id, out var factor) ? factor
        : throw new UserErrorException($"{path}: there is no hardness of item '{id}' of {prompts}; make the file of these prompts with gate hardness.");

    /// <summary>Key of a file: its factors, not its path.</summary>
    internal static JsonObject Describe(string path) =>
        new([.. Read(path).OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => KeyValuePair.Create<string, JsonNode?>(row.Key, row.Value))]);

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The factor of each id; above 0.</returns>
    /// <exception cref="UserErrorException">It cannot be read, a line has no id or factor, a factor is not above 0, or an id comes twice; the
    /// message names the line.</exception>
    public static IReadOnlyDictionary<string, double> Read(string path)
    {
        var factors = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var row in JsonlRow.Read(path))
        {
            var id = row.Text("id");
            if (row.Value("hardness") is not { } value) throw row.Missing("hardness");
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var factor) || !(factor > 0 && double.IsFinite(factor)))
                throw new UserErrorException($"{row.Source}: \"hardness\" is {value.GetRawText()}; it must be a finite number above 0, such as gate hardness writes.");
            if (!factors.TryAdd(id, factor)) throw new UserErrorException($"{row.Source}: the id '{id}' is there twice; keep one of the rows.");
        }

        return factors;
    }
}
