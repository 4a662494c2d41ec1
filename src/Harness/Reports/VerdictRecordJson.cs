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
        foreach (var contradiction in VerdictContradictions.Of(verdict)) yield return contradiction;
    }
}
