using System.Globalization;

namespace SafetyGate.Core.Unicode;

/// <summary>Combining classes, decompositions and compositions of Unicode 15.0, read once from the embedded table.</summary>
internal sealed class NormalizationData
{
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private NormalizationData(TextReader table)
    {
        var excluded = new HashSet<int>();
        while (table.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var fields = line[2..].Split(' ');
            switch (line[0])
            {
                case 'c':
                    for (var code = Hex(fields[0]); code <= Hex(fields[^2]); code++)
                        _classes[code] = byte.Parse(fields[^1], CultureInfo.InvariantCulture);
                    break;
                case 'x':
                    for (var code = Hex(fields[0]); code <= Hex(fields[^1]); code++) excluded.Add(code);
                    break;
                default:
                    (line[0] == 'd' ? _canonical : _compatible)[Hex(fields[0])] = [.. fields.Skip(1).Select(Hex)];
                    break;
            }
        }

        // Full composition exclusion (UAX #15): the listed characters, singletons, and decompositions that involve a non-starter.
        foreach (var (code, mapping) in _canonical)
        {
            if (mapping.Length == 2 && !excluded.Contains(code) && ClassOf(code) == 0 && ClassOf(mapping[0]) == 0)
                _compositions[(mapping[0], mapping[1])] = code;
        }
    }

    public static NormalizationData Table { get; } = Read();

    public byte ClassOf(int code) => _classes.GetValueOrDefault(code);

    /// <summary>The decomposition of one code point, one level deep; <c>null</c> if it has none.</summary>
    public int[]? MappingOf(int code, bool compatible) =>
        _canonical.TryGetValue(code, out var mapping) || (compatible && _compatible.TryGetValue(code, out mapping)) ? mapping : null;

    public int? Compose(int first, int second) => _compositions.TryGetValue((first, second), out var code) ? code : null;

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static NormalizationData Read()
    {
        const string name = "normalization-15.0.0.txt";
        using var stream = typeof(NormalizationData).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return new(reader);
    }
}
