namespace SafetyGate.Models.Chat.Templates;

/// <summary>The names of one block; what is not here is looked for around it.</summary>
/// <remarks>A scope is made for every turn of a loop and has a name or two, so few names are looked through one by one.</remarks>
internal sealed class TemplateScope(TemplateScope? around)
{
    private const int Few = 8;
    private (string Name, object? Value)[] _few = [];
    private int _count;
    private Dictionary<string, object?>? _many;

    public void Set(string name, object? value)
    {
        if (_many is not null)
        {
            _many[name] = value;
            return;
        }

        var at = Place(name);
        if (at < 0 && _count == Few)
        {
            _many = _few.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
            _many[name] = value;
            return;
        }

        if (at < 0 && (at = _count++) == _few.Length) Array.Resize(ref _few, Math.Max(2, 2 * at));
        _few[at] = (name, value);
    }

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
            if (scope.TryGetHere(name, out value)) return true;
        value = null;
        return false;
    }

    private TemplateScope? Around { get; } = around;

    private bool TryGetHere(string name, out object? value)
    {
        if (_many is not null) return _many.TryGetValue(name, out value);
        var at = Place(name);
        value = at < 0 ? null : _few[at].Value;
        return at >= 0;
    }

    private int Place(string name)
    {
        for (var i = 0; i < _count; i++)
            if (string.Equals(_few[i].Name, name, StringComparison.Ordinal)) return i;
        return -1;
    }
}
