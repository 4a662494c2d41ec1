using System.Text.RegularExpressions;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// The names that weights have in transformers, from those that other tools and older versions write: without what a wrapper adds
/// (<c>module.</c>, <c>_orig_mod.</c>, PEFT's <c>base_model.model.</c>, a vision-language model's <c>language_model.</c>), and with the
/// prefix that a bare model lacks.
/// </summary>
internal static partial class WeightNames
{
    private static readonly string[] Wrappers = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module", "module", "base_layer"];

    // language_model.model.layers…, language_model.lm_head… (transformers 4), model.language_model.layers… (transformers 5), and Idefics's
    private static readonly (string Before, string After)[] Texts =
        [("language_model.", ""), ("model.language_model.", "model."), ("model.text_model.", "model.")];

    /// <summary>The names by those of the file. Left out: tables that follow from the configuration, and what belongs to images or sound.</summary>
    /// <param name="names">All names of a checkpoint.</param>
    /// <param name="directory">The checkpoint, for messages.</param>
    /// <exception cref="UserErrorException">Two tensors would have the same name, or there is an adapter among them.</exception>
    public static IReadOnlyDictionary<string, string> Canonical(IReadOnlyCollection<string> names, string directory)
    {
        if (names.FirstOrDefault(IsAdapters) is { } adapter)
            throw new UserErrorException($"{directory}: holds an adapter that is not merged (tensor '{SafetensorsHeader.Shown(adapter)}'); merge it into the weights (PEFT's merge_and_unload), or give base and adapter apart.");
        var plain = names.ToDictionary(name => name, name => Unwrapped(name), StringComparer.Ordinal);
        if (plain.Values.Where(IsTexts).Select(name => Bare(OfText(name))).ToHashSet(StringComparer.Ordinal) is { Count: > 0 } texts)
            foreach (var (name, unwrapped) in plain.ToList())
            {
                if (IsTexts(unwrapped)) plain[name] = OfText(unwrapped);
                else if (!IsHead(unwrapped) && !texts.Contains(Bare(unwrapped))) plain.Remove(name); // what sees or hears
            }
        var prefix = MissingPrefix(plain.Values);
        var canonical = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, unwrapped) in plain.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var full = IsHead(unwrapped) ? unwrapped : prefix + unwrapped;
            if (IsRotaryTable(full) || Mask().IsMatch(full)) continue;
            if (!taken.TryAdd(full, name))
                throw new UserErrorException($"{directory}: the tensors '{SafetensorsHeader.Shown(taken[full])}' and '{SafetensorsHeader.Shown(name)}' would both be '{SafetensorsHeader.Shown(full)}'; one of them is left over from another save.");
            canonical.Add(name, full);
        }
        return canonical;
    }

    /// <summary>
    /// What stands before the names of the language model within one that also sees or hears, or of a bare model, and what stands there in a
    /// plain one; by names without wrappers.
    /// </summary>
    internal static (string Before, string After) TextPrefix(IReadOnlyCollection<string> names) =>
        names.FirstOrDefault(IsTexts) is { } within ? Array.Find(Texts, prefix => within.StartsWith(prefix.Before, StringComparison.Ordinal)) : ("", MissingPrefix(names));

    /// <summary>A name of the language model's; <c>null</c> for what belongs to images or sound.</summary>
    internal static string? OfTextPart(string name, (string Before, string After) prefix) =>
        IsHead(name) ? name : name.StartsWith(prefix.Before, StringComparison.Ordinal) ? prefix.After + name[prefix.Before.Length..] : null;

    /// <summary>The name that a module of the language model has in the whole model.</summary>
    internal static string InWhole(string name, (string Before, string After) prefix) =>
        name.StartsWith(prefix.After, StringComparison.Ordinal) ? prefix.Before + name[prefix.After.Length..] : name;

    private static bool IsAdapters(string name) =>
        name.Contains(".lora_", StringComparison.Ordinal) || name.Contains(".modules_to_save.", StringComparison.Ordinal) || name.Contains(".original_module.", StringComparison.Ordinal);

    /// <summary>A name without what wrappers add to it.</summary>
    /// <param name="name">The name in a file.</param>
    /// <param name="keepsBaseLayer">Whether <c>base_layer</c> stays, which an adapter's file says of what is the base's.</param>
    internal static string Unwrapped(string name, bool keepsBaseLayer = false)
    {
        name = string.Join('.', name.Split('.').Where(part => !Wrappers.Contains(part, StringComparer.Ordinal) || (keepsBaseLayer && part == "base_layer")));
        while (name.StartsWith("base_model.model.", StringComparison.Ordinal)) name = name["base_model.model.".Length..];
        return name;
    }

    private static bool IsTexts(string name) => Array.Exists(Texts, prefix => name.StartsWith(prefix.Before, StringComparison.Ordinal));

    private static string OfText(string name)
    {
        var (before, after) = Array.Find(Texts, prefix => name.StartsWith(prefix.Before, StringComparison.Ordinal));
        return after + name[before.Length..];
    }

    private static string Bare(string name) => name.StartsWith("model.", StringComparison.Ordinal) ? name["model.".Length..] : name;

    private static bool IsHead(string name) => name.StartsWith("lm_head.", StringComparison.Ordinal) || name.StartsWith("score.", StringComparison.Ordinal);

    private static string MissingPrefix(IReadOnlyCollection<string> names)
    {
        if (names.Any(name => name.StartsWith("model.", StringComparison.Ordinal) || name.StartsWith("transformer.", StringComparison.Ordinal))) return "";
        if (names.Any(name => name.StartsWith("layers.", StringComparison.Ordinal) || name == "embed_tokens.weight")) return "model.";
        return names.Any(name => name.StartsWith("h.", StringComparison.Ordinal) || name == "wte.weight") ? "transformer." : "";
    }

    /// <summary>Whether it is a table of rotary frequencies or angles, which old versions saved and the configuration gives.</summary>
    internal static bool IsRotaryTable(string name) => RotaryTable().IsMatch(name);

    [GeneratedRegex(@"(^|\.)rotary_emb(_local)?\.(inv_freq|original_inv_freq|cos_cached|sin_cached)$", RegexOptions.CultureInvariant)]
    private static partial Regex RotaryTable();

    // GPT-2's triangular mask, and what it wrote where it masks.
    [GeneratedRegex(@"^transformer\.h\.[0-9]+\.attn\.(bias|masked_bias)$", RegexOptions.CultureInvariant)]
    private static partial Regex Mask();
}
