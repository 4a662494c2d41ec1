namespace SafetyGate.Core.Files;

/// <summary>
/// Checks the members of an object against the allowed names; anything else is refused with the nearest known name.
/// </summary>
internal sealed class StrictJsonObject
{
    private readonly StrictJsonNode _node;
    private readonly Dictionary<string, StrictJsonNode> _members;

    public StrictJsonObject(StrictJsonNode node, IReadOnlyList<string> known)
    {
        _node = node;
        _members = node.Members.ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        foreach (var (name, value) in node.Members)
            if (!known.Contains(name, StringComparer.Ordinal))
                throw value.Error($"is not a known key; did you mean '{NearestName.Of(name, known)}'? Known here: {string.Join(", ", known)}.");
    }

    public StrictJsonNode this[string name] =>
        _members.TryGetValue(name, out var value) ? value : throw _node.Error($"lacks the key '{name}'.");

    /// <summary>
    /// The member, or <c>null</c> when it is absent. A JSON null where a value belongs is refused by the value's own check.
    /// </summary>
    public StrictJsonNode? Optional(string name) => _members.GetValueOrDefault(name);
}
