using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core.Files;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>
/// JSON with placeholders: <c>{name}</c> in a text stands for a value; a text that is nothing else becomes the value, a number too. A patch
/// is laid over an object as in RFC 7396: members replace members, objects are merged, null removes. Values keep the file and line they
/// come from.
/// </summary>
internal static partial class StudyTemplate
{
    /// <summary>The patched value; neither input is changed.</summary>
    public static StrictJsonNode Merge(StrictJsonNode value, StrictJsonNode patch) => Merge(value, patch, value.Parent, value.Step);

    /// <summary>A copy with every placeholder replaced.</summary>
    /// <param name="value">The value with placeholders.</param>
    /// <param name="values">Value of a placeholder; <c>null</c> for an unknown one.</param>
    /// <param name="known">Names of the known ones, for the message.</param>
    /// <exception cref="UserErrorException">A placeholder is unknown; the message names the line.</exception>
    public static StrictJsonNode Expand(StrictJsonNode value, Func<string, StrictJsonNode?> values, IReadOnlyCollection<string> known) =>
        Copy(value, value.Parent, value.Step, node => Replaced(node, values, known));

    private static StrictJsonNode Merge(StrictJsonNode value, StrictJsonNode patch, StrictJsonNode? parent, string step)
    {
        if (patch.Kind != JsonTokenType.StartObject) return Copy(patch, parent, step, Same);
        var merged = Empty(value.Kind == JsonTokenType.StartObject ? value : patch, parent, step);
        foreach (var (name, member) in value.Members)
            if (patch.Members.All(other => other.Name != name)) merged.Add(name, Copy(member, merged, name, Same));
        foreach (var (name, member) in patch.Members)
            if (!member.IsNull)
                merged.Add(name, value.Members.FirstOrDefault(other => other.Name == name).Value is { } old ? Merge(old, member, merged, name) : Merge(member, member, merged, name));
        return merged;
    }

    private static (JsonTokenType Kind, string Text) Replaced(StrictJsonNode node, Func<string, StrictJsonNode?> values, IReadOnlyCollection<string> known)
    {
        if (node.Kind != JsonTokenType.String) return Same(node);
        if (Placeholder().Match(node.Text) is { Success: true } only && only.Length == node.Text.Length)
            return Same(Find(only.Groups[1].Value));
        return (node.Kind, Placeholder().Replace(node.Text, match => Find(match.Groups[1].Value).Text));

        StrictJsonNode Find(string name) =>
            values(name) ?? throw node.Error($"has the placeholder {{{name}}}, which has no value here. Did you mean {{{NearestName.Of(name, known)}}}? Known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
    }

    private static (JsonTokenType Kind, string Text) Same(StrictJsonNode node) => (node.Kind, node.Text);

    private static StrictJsonNode Copy(StrictJsonNode value, StrictJsonNode? parent, string step, Func<StrictJsonNode, (JsonTokenType Kind, string Text)> read)
    {
        var (kind, text) = read(value);
        var copy = new StrictJsonNode { Kind = kind, Text = text, Line = value.Line, Step = step, Parent = parent, File = value.File };
        foreach (var element in value.Elements) copy.Add(Copy(element, copy, "", read));
        foreach (var (name, member) in value.Members) copy.Add(name, Copy(member, copy, name, read));
        return copy;
    }

    private static StrictJsonNode Empty(StrictJsonNode like, StrictJsonNode? parent, string step) =>
        new() { Kind = JsonTokenType.StartObject, Text = "", Line = like.Line, Step = step, Parent = parent, File = like.File };

    [GeneratedRegex(@"\{([A-Za-z0-9_-]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
