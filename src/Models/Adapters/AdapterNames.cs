using System.Text.RegularExpressions;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// The names of an adapter's tensors as PEFT saves them, from those that other savers leave in a file: with the adapter's name in them, with
/// what a wrapper adds, without <c>base_model.model.</c>, or under the language model of a base that also sees.
/// </summary>
internal sealed partial class AdapterNames
{
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly (string Before, string After) _text;

    /// <summary>Reads the names of a file.</summary>
    /// <param name="entries">Its tensors.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="UserErrorException">Two tensors would have one name, or the file holds several adapters.</exception>
    public AdapterNames(IReadOnlyCollection<SafetensorsEntry> entries, string source)
    {
        var plain = entries.Select(entry => (Entry: entry, Name: Plain(entry.Name))).ToList();
        var names = plain.Select(one => one.Name.Adapter).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count > 1)
            throw new UserErrorException($"{source}: holds several adapters ({string.Join(", ", names.Take(5).Select(name => $"'{SafetensorsHeader.Shown(name)}'"))}); save the one that is meant by itself.");
        _text = WeightNames.TextPrefix([.. plain.Select(one => one.Name.Module)]);
        foreach (var (entry, name) in plain)
        {
            if ((WeightNames.OfTextPart(name.Module, _text) ?? Plainly(name.Module)) is not { } module) continue; // what sees or hears
            var full = LoraTarget.Prefix + module;
            if (!_entries.TryAdd(full, entry))
                throw new UserErrorException($"{source}: the tensors '{SafetensorsHeader.Shown(_entries[full].Name)}' and '{SafetensorsHeader.Shown(entry.Name)}' would both be '{SafetensorsHeader.Shown(full)}'; save the adapter anew.");
        }
    }

    /// <summary>The names, as PEFT saves them.</summary>
    public IEnumerable<string> All => _entries.Keys;

    /// <summary>The tensor of that name; <c>null</c> when there is none.</summary>
    public SafetensorsEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>What a module of the base is called where the adapter was trained: the names that its configuration speaks of.</summary>
    public string InTraining(string module) => WeightNames.InWhole(module, _text);

    // A plain model's name beside those of a language model within: one that is left over has no place, and is refused.
    private static string? Plainly(string name) =>
        Array.Exists(["model.layers.", "model.embed_tokens.", "model.norm."], (string start) => name.StartsWith(start, StringComparison.Ordinal)) ? name : null;

    // The name without prefix, wrappers and the adapter's own name, and that one where it is there.
    private static (string Module, string? Adapter) Plain(string name)
    {
        name = WeightNames.Unwrapped(name, keepsBaseLayer: true);
        var match = Named().Match(name);
        if (!match.Success) return (name, null);
        var before = name[..match.Index];
        return match.Groups["matrix"].Success
            ? (before + match.Groups["matrix"].Value + match.Groups["end"].Value, match.Groups["name"].Value)
            : (before + match.Groups["end"].Value, match.Groups["name"].Value);
    }

    // …lora_A.NAME.weight, …lora_embedding_A.NAME, …lora_magnitude_vector.NAME, …trainable_tokens_delta.NAME, …modules_to_save.NAME.weight
    [GeneratedRegex(@"(?:(?<matrix>\.lora_[AB])\.(?<name>[^.]+)(?<end>\.(?:weight|bias))|(?<matrix>\.lora_embedding_[AB])\.(?<name>[^.]+)(?<end>)|(?<matrix>\.lora_magnitude_vector)\.(?<name>(?!weight$)[^.]+)(?<end>(?:\.weight)?)|(?<matrix>\.trainable_tokens_(?:delta|original))\.(?<name>[^.]+)(?<end>)|\.modules_to_save\.(?<name>[^.]+)(?<end>(?:\..+)?))$", RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
