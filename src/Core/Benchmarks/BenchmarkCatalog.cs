using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Benchmarks;

/// <summary>The public benchmarks of <c>benchmarks/catalog.json</c>.</summary>
public sealed class BenchmarkCatalog
{
    private static readonly string[] Keys = ["name", "title", "url", "sha256", "bytes", "file", "licence", "direction", "format", "columns",
        "where", "items", "scorer", "notes", "citation", "derived"];
    private static readonly Dictionary<string, MetricDirection> ProductScorers = new(StringComparer.Ordinal)
    {
        ["refusal"] = MetricDirection.Safety,
        ["compliance"] = MetricDirection.OverRefusal,
        ["math"] = MetricDirection.Capability,
        ["math-answer"] = MetricDirection.Capability,
    };

    private BenchmarkCatalog(IReadOnlyList<CatalogEntry> entries) => Entries = entries;

    /// <summary>The entries, in the order of the file.</summary>
    public IReadOnlyList<CatalogEntry> Entries { get; }

    /// <summary>Reads a catalog.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or an entry is wrong; the message names the entry and the field. Exit
    /// code 65.</exception>
    public static BenchmarkCatalog Load(string path) => Parse(Utf8File.Read(path, 16 << 20), path);

    /// <summary>Reads a catalog from the bytes of its file.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="UserErrorException">An entry is wrong. Exit code 65.</exception>
    public static BenchmarkCatalog Parse(byte[] bytes, string source)
    {
        try
        {
            var content = Utf8File.Check(bytes, source).Span;
            if (JsonBounds.Small.Problem(content) is { } problem) throw new FormatException(problem);
            var root = JsonNode.Parse(content, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 16 }) as JsonObject
                ?? throw new FormatException("it must be an object with 'version' and 'benchmarks'");
            if (root["version"] is not JsonValue version || !version.TryGetValue<int>(out var number) || number != 1) throw new FormatException("version is not 1; a newer catalog needs a newer program");
            var entries = (root["benchmarks"] as JsonArray ?? throw new FormatException("'benchmarks' is not an array"))
                .Select((e, i) => Entry(e as JsonObject ?? throw new FormatException(Invariant($"entry {i + 1} is not an object")), i))
                .ToList();
            if (entries.GroupBy(e => e.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new FormatException($"'{twice.Key}' is there twice");
            if (entries.GroupBy(e => e.File, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Select(e => e.Sha256).Distinct().Count() > 1) is { } mixed) throw new FormatException($"two entries keep different bytes in '{mixed.Key}'");
            return new(entries);
        }
        catch (JsonException fault)
        {
            throw new UserErrorException($"{source} {JsonFault.Sentence(bytes, fault)}. A catalog of benchmarks is an object with 'version' and 'benchmarks'.", fault);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or NullReferenceException)
        {
            throw new UserErrorException($"{source} is not a catalog of benchmarks: {error.Message}", error);
        }
    }

    /// <summary>The entry of a name.</summary>
    /// <exception cref="UserErrorException">No such entry; the message lists the names. Exit code 64.</exception>
    public CatalogEntry Find(string name) => Entries.FirstOrDefault(e => e.Name == name)
        ?? throw new UserErrorException($"There is no benchmark '{name}' in the catalog. Did you mean '{NearestName.Of(name, Entries.Select(e => e.Name))}'? It has {string.Join(", ", Entries.Select(e => e.Name))}.", GateExitCode.Usage);

    private static CatalogEntry Entry(JsonObject json, int index)
    {
        var name = json["name"] is JsonValue n && n.TryGetValue<string>(out var text) && text.Length > 0
            ? text
            : throw new FormatException(Invariant($"entry {index + 1} has no name"));
        if (json.FirstOrDefault(p => !Keys.Contains(p.Key)) is { Key: { } unknown })
            throw Wrong(name, unknown, $"is not known; known are {string.Join(", ", Keys)}");
        Uri? url = null;
        if (!json.ContainsKey("url") && !json.ContainsKey("derived"))
            throw Wrong(name, "url", "is missing; a file that has no address must say with 'derived' how it is made");
        if (json.ContainsKey("url") && (!Uri.TryCreate(Text(json, name, "url"), UriKind.Absolute, out url) || url.Scheme != Uri.UriSchemeHttps))
            throw Wrong(name, "url", "must be an https address");
        if (Text(json, name, "sha256") is not { Length: 64 } sha || sha.Any(c => c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f'))))
            throw Wrong(name, "sha256", "must be 64 lower-case hex digits");
        if (Text(json, name, "file") is not { } file || file != Path.GetFileName(file) || file.Contains('\\', StringComparison.Ordinal) || file is "." or "..") throw Wrong(name, "file", "must be a plain file name without folders");
        if (Text(json, name, "scorer") is not { } scorer || !ProductScorers.TryGetValue(scorer, out var measures))
            throw Wrong(name, "scorer", $"must be one of {string.Join(", ", ProductScorers.Keys)}");
        if (Number(json, name, "items") is not { } items || items is < 1 or > int.MaxValue)
            throw Wrong(name, "items", "must be a positive whole number");
        if (json.ContainsKey("bytes") && Number(json, name, "bytes") is not > 0)
            throw Wrong(name, "bytes", "must be a positive whole number");
        var direction = Text(json, name, "direction") switch
        {
            "safety" => MetricDirection.Safety,
            "over-refusal" => MetricDirection.OverRefusal,
            "capability" => MetricDirection.Capability,
            var other => throw Wrong(name, "direction", $"is '{other}'; it must be safety, over-refusal or capability"),
        };
        if (direction != measures)
            throw Wrong(name, "scorer", $"is '{scorer}', whose 1 does not mean what the direction '{Text(json, name, "direction")}' says; one that does is {ProductScorers.First(known => known.Value == direction).Key}");
        return new()
        {
            Name = name,
            Title = Text(json, name, "title"),
            Url = url,
            Sha256 = sha,
            Bytes = json.ContainsKey("bytes") ? Number(json, name, "bytes") : null,
            File = file,
            License = Text(json, name, "licence"),
            Direction = direction,
            Format = Text(json, name, "format") switch
            {
                "jsonl" => BenchmarkFormat.Jsonl,
                "json" => BenchmarkFormat.Json,
                "csv" => BenchmarkFormat.Csv,
                "tsv" => BenchmarkFormat.Tsv,
                var other => throw Wrong(name, "format", $"is '{other}'; it must be jsonl, json, csv or tsv"),
            },
            Columns = Mapping(Text(json, name, "columns"), name),
            Where = json.ContainsKey("where") ? Text(json, name, "where") is { } w
                && w.IndexOf('=', StringComparison.Ordinal) > 0 ? w : throw Wrong(name, "where", "must be written column=value") : null,
            Items = (int)items,
            Scorer = scorer,
            Citation = json.ContainsKey("citation") ? Text(json, name, "citation") : "",
            Derived = json.ContainsKey("derived") ? Text(json, name, "derived") : null,
            Notes = json.ContainsKey("notes") ? Text(json, name, "notes") : "",
        };
    }

    private static ColumnMapping Mapping(string text, string name)
    {
        try
        {
            return ColumnMapping.Parse(text);
        }
        catch (UserErrorException error)
        {
            throw Wrong(name, "columns", error.Message);
        }
    }

    private static string Text(JsonObject json, string name, string key) =>
        json[key] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Wrong(name, key, "must be a text that is not empty");

    private static long? Number(JsonObject json, string name, string key) =>
        json[key] is JsonValue value && value.TryGetValue<long>(out var number) ? number : throw Wrong(name, key, "must be a whole number");

    private static FormatException Wrong(string name, string key, string what) => new($"entry '{name}': {key} {what}");
}
