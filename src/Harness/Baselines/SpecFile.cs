using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>Reads and writes one file of the list of specs: strict JSON, one term a line, so that a changed one is one line of a diff.</summary>
internal static class SpecFile
{
    // Files of the first format list a test without a rule.
    private const string Format = "safetygate-spec/2", WithoutRules = "safetygate-spec/1";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly IReadOnlyDictionary<string, ClaimKind> Claims =
        Enum.GetValues<ClaimKind>().Where(claim => claim != ClaimKind.None).ToDictionary(claim => claim.ToString(), StringComparer.Ordinal);

    /// <summary>The test and its rules.</summary>
    /// <exception cref="UserErrorException">The file is damaged (exit code 65).</exception>
    public static (ManifestEntry Test, IReadOnlyList<ClaimRule> Rules, StrictJsonNode Root) Read(string path)
    {
        var root = StrictJson.ReadFile(path);
        var o = root.AsObject("format", "spec", "test", "rules");
        var format = o["format"].AsString();
        if (format is not (Format or WithoutRules)) throw o["format"].Error($"is '{o["format"].Text}'; this version reads '{Format}'.");
        var test = new ManifestEntry(o["spec"].AsString(), o["test"].AsString());
        var rules = new List<ClaimRule>();
        foreach (var node in format == Format ? o["rules"].AsArray() : [])
        {
            var rule = Rule(node);
            if (rules.Contains(rule)) throw node.Error("is a rule that the file has already.");
            rules.Add(rule);
        }

        return (test, rules, root);
    }

    /// <summary>The bytes of a file; rules in order of claim and metric.</summary>
    public static byte[] Content(ManifestEntry test, IEnumerable<ClaimRule> rules)
    {
        var text = new StringBuilder();
        text.Append($"{{\n  \"format\": {Quote(Format)},\n  \"spec\": {Quote(test.Spec)},\n  \"test\": {Quote(test.Test)},\n  \"rules\": [");
        var ordered = rules.Distinct().OrderBy(rule => rule.Claim).ThenBy(rule => rule.Metric, StringComparer.Ordinal).ToList();
        text.Append(string.Join(",", ordered.Select(Text))).Append(ordered.Count > 0 ? "\n  ]\n}\n" : "]\n}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Text(ClaimRule rule) =>
        $"\n    {{\"claim\": {Quote(rule.Claim.ToString())}, \"metric\": {Quote(rule.Metric)}, \"terms\": ["
        + string.Join(",", rule.Terms.Select(term => $"\n      {{\"name\": {Quote(term.Name)}, \"value\": {Quote(term.Value)}}}")) + "\n    ]}";

    private static ClaimRule Rule(StrictJsonNode node)
    {
        var o = node.AsObject("claim", "metric", "terms");
        var rule = new ClaimRule
        {
            Claim = o["claim"].AsOneOf(Claims),
            Metric = o["metric"].AsString(),
            Terms = [.. o["terms"].AsArray().Select(term => term.AsObject("name", "value")).Select(term => new RuleTerm(term["name"].AsString(), term["value"].AsString()))],
        };
        if (rule.Terms.Count == 0) throw o["terms"].Error("is empty; a rule without terms demands nothing.");
        return rule.Terms.GroupBy(term => term.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw o["terms"].Error($"has the term '{twice.Key}' twice.")
            : rule;
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Readable);
}
