using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>A verdict as one line of strict JSON: every required member there, no unknown or doubled one, enums by name.</summary>
internal static class VerdictRecordJson
{
    /// <summary>Strict reading, for other records of the results folder too.</summary>
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    public static string Line(VerdictRecord verdict) => JsonSerializer.Serialize(verdict, Options);

    /// <param name="utf8">One line without its end.</param>
    /// <param name="where">File and line, for the message.</param>
    /// <exception cref="UserErrorException">It is not a valid verdict; the message has the reason (exit code 65).</exception>
    public static VerdictRecord Parse(ReadOnlySpan<byte> utf8, string where)
    {
        VerdictRecord verdict;
        try
        {
            if (JsonBounds.Record.Problem(utf8) is { } outside) throw new JsonException(outside);
            verdict = JsonSerializer.Deserialize<VerdictRecord>(utf8, Options) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserErrorException($"{where}: this is not a verdict: {e.Message} Run the specs again; they write the file.", e);
        }

        return Problems(verdict).FirstOrDefault() is { } problem
            ? throw new UserErrorException($"{where}: {problem} Run the specs again; they write the file.")
            : verdict;
    }

    private static IEnumerable<string> Problems(VerdictRecord verdict)
    {
        if (verdict.Source is { Line: < 1 } source)
            yield return Invariant($"the line of its source is {source.Line}; it must be 1 or more.");
        if (verdict.Rule is { } rule && !(rule.Margin >= 0 && rule.Margin <= 1))
            yield return Invariant($"its margin is {rule.Margin}; it must lie in [0, 1].");
        foreach (var comparison in new[] { verdict.Comparison, verdict.Anchor?.Comparison }.OfType<ReportedComparison>().Concat(verdict.Suites.Select(s => s.Comparison)))
        {
            if (comparison.Items < 1) yield return Invariant($"it compares {comparison.Items} items; there must be one at least.");
            if (comparison.Lost < 0 || comparison.Gained < 0 || comparison.Lost + comparison.Gained > comparison.Items)
                yield return Invariant($"it has {comparison.Lost} lost and {comparison.Gained} gained of {comparison.Items} items.");
        }

        if (verdict.Overrides is { } people && !(people is { Now: >= 0, Before: >= 0, RateByScorer: null or >= 0 and <= 1 } && people.Now <= people.Scores && people.Shown.All(one => one is { Sample: >= 0, Score: >= 0 and <= 1, Scored: null or >= 0 and <= 1 })))
            yield return Invariant($"its scores of people are {people.Now} of {people.Scores}, or one of them lies outside [0, 1].");
        var rates = new[] { verdict.Comparison, verdict.Anchor?.Comparison }.OfType<ReportedComparison>().Concat(verdict.Suites.Select(s => s.Comparison))
            .SelectMany(comparison => new[] { comparison.Before, comparison.Now }).Concat(verdict.Rate is { } alone ? [alone] : []);
        foreach (var rate in rates.SelectMany(rate => rate.Corrected is { } corrected ? new[] { rate.Rate, corrected.Rate } : [rate.Rate]))
            if (!(rate >= 0 && rate <= 1)) yield return Invariant($"a rate is {rate}; it must lie in [0, 1].");
    }
}
