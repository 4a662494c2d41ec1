namespace SafetyGate.Models.Chat.Templates;

/// <summary>The names of one block; what is not here is looked for around it.</summary>
internal sealed class TemplateScope(TemplateScope? around)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public void Set(string name, object? value) => _values[name] = value;

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
            if (scope._values.TryGetValue(name, out value)) return true;
        value = null;
        return false;
    }

    private TemplateScope? Around { get; } = around;
}
