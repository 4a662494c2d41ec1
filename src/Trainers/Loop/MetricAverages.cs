namespace SafetyGate.Trainers.Loop;

/// <summary>Means of metrics over the passes of a step, in the order they first came.</summary>
internal sealed class MetricAverages
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, (double Sum, int Count)> _sums = new(StringComparer.Ordinal);

    public void Add(string name, double value)
    {
        if (!_sums.ContainsKey(name)) _names.Add(name);
        var (sum, count) = _sums.GetValueOrDefault(name);
        _sums[name] = (sum + value, count + 1);
    }

    public IEnumerable<(string Name, double Value)> All() => _names.Select(name => (name, _sums[name].Sum / _sums[name].Count));
}
