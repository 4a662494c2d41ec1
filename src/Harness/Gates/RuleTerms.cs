using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Gates;

/// <summary>Terms that the rules of several claims have.</summary>
internal static class RuleTerms
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public const string Nats = "nats", Drop = "drop", Required = "required", Suites = "suites", Largest = "largest KL of a response",
        AtLeast = "at least", AtMost = "at most";

    /// <summary>A number to its last digit.</summary>
    public static RuleTerm Of(string name, double value) => new(name, Invariant($"{value:R}"));

    /// <summary>What is measured: benchmark, direction, scorer, template and sampling.</summary>
    public static IEnumerable<RuleTerm> Of(Measurement measured) =>
        Comparability.Identity(measured).Where(field => field.Field != "metric").Select(field => new RuleTerm(field.Field, field.Value));

    /// <summary>How responses are drawn; the seed takes no part.</summary>
    public static IEnumerable<RuleTerm> Of(SamplingOptions sampling) =>
        Comparability.Options(sampling).Select(field => new RuleTerm(field.Field, field.Value));

    /// <summary>Names in a fixed form that tells them apart whatever they contain.</summary>
    public static string Names(IEnumerable<string> names) => JsonSerializer.Serialize(names.Order(StringComparer.Ordinal), Readable);

    /// <summary>The names of such a form; none if it is not one.</summary>
    public static IReadOnlyList<string> Names(string? text)
    {
        try
        {
            return text is null ? [] : JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>What a KL is measured on and how, and against which model.</summary>
    public static IEnumerable<RuleTerm> OfKl(string benchmark, string benchmarkDigest, string estimator, SamplingOptions sampling, string style,
        string template, string referenceWeights) =>
    [
        new("benchmark", benchmark), new("benchmark digest", benchmarkDigest), new("estimator", estimator), .. Of(sampling),
        new("prompt style", style), new("chat template digest", template), Reference(referenceWeights),
    ];

    /// <summary>That a run whose weights are its reference's may pass; none where it may not.</summary>
    public static IReadOnlyList<RuleTerm> Untuned(bool allowed) => allowed ? [new(Comparability.UntunedField, "allowed")] : [];

    /// <summary>The untuned model that is compared with.</summary>
    public static RuleTerm Reference(string weights) => new("reference weights", weights.Length > 0 ? weights : "unknown");
}
