using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// Reads and writes <c>evaluations/*.jsonl</c>: one response a line with <c>id</c>, <c>sample</c>, <c>text</c>, <c>finish_reason</c>
/// (<c>stop</c>, <c>length</c>, <c>error</c>), <c>tokens</c>, <c>error</c> where there is one, either <c>score</c> or <c>unscored</c> (the
/// reason), <c>reason</c> and <c>rule</c>.
/// </summary>
public static class ResponseFile
{
    private static readonly JsonSerializerOptions Line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes responses; the file appears whole or not at all.</summary>
    /// <exception cref="UserErrorException">The file cannot be written. Exit code 74.</exception>
    public static void Write(string path, IEnumerable<ScoredResponse> responses)
    {
        var partial = path + ".partial";
        try
        {
            WholeFile.RequireFile(path);
            File.Delete(partial); // a link there is removed, not followed
            using (var writer = new StreamWriter(new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None), new UTF8Encoding(false)) { NewLine = "\n" })
                foreach (var response in responses) writer.WriteLine(ToJson(response).ToJsonString(Line));
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be written: {error.Message}", error, GateExitCode.CannotWrite);
        }
    }

    /// <summary>The lines of the file.</summary>
    internal static string Text(IEnumerable<ScoredResponse> responses) =>
        string.Concat(responses.Select(response => ToJson(response).ToJsonString(Line) + "\n"));

    /// <summary>Reads responses back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumBytes">Largest file that is read. Default 1 GiB.</param>
    /// <exception cref="UserErrorException">The file cannot be read, or a line is not a response; the message names it. Exit code
    /// 65.</exception>
    public static IReadOnlyList<ScoredResponse> Read(string path, long maximumBytes = 1L << 30)
    {
        using var file = BoundedFile.Open(path);
        if (file.Length > maximumBytes)
            throw new UserErrorException(Invariant($"{path} has {file.Length:N0} bytes; at most {maximumBytes:N0} are read. Split the file."));
        return Parse(file, path);
    }

    /// <summary>Reads the lines of a file.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Read"/>.</exception>
    internal static IReadOnlyList<ScoredResponse> Parse(Stream file, string path)
    {
        var responses = new List<ScoredResponse>();
        foreach (var line in BoundedLines.Read(file).Where(line => !line.IsBlank))
        {
            try
            {
                if (line.IsTooLong) throw new FormatException(Invariant($"the line has more than {BoundedLines.Longest:N0} bytes"));
                if (JsonBounds.Small.Problem(line.Utf8.Span) is { } problem) throw new FormatException(problem);
                responses.Add(FromJson(JsonSerializer.Deserialize<JsonObject>(line.Utf8.Span) ?? throw new FormatException("null is not a response")));
            }
            catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
            {
                throw new UserErrorException(Invariant($"{path}, line {line.Number}: not a response: {error.Message}"), error);
            }
        }

        return responses;
    }

    private static JsonObject ToJson(ScoredResponse scored)
    {
        var response = scored.Response;
        var line = new JsonObject
        {
            ["id"] = response.PromptId,
            ["sample"] = response.Sample,
            ["text"] = response.Text,
            ["finish_reason"] = response.FinishReason switch { FinishReason.Stop => "stop", FinishReason.Length => "length", _ => "error" },
            ["tokens"] = response.Tokens,
        };
        if (response.Error is not null) line["error"] = response.Error;
        if (scored.Score.Value is { } value) (line["score"], line["reason"]) = (value, scored.Score.Reason);
        else line["unscored"] = scored.Score.Reason;
        if (scored.Score.Rule is not null) line["rule"] = scored.Score.Rule;
        return line;
    }

    private static ScoredResponse FromJson(JsonObject line)
    {
        var rule = (string?)line["rule"];
        var score = (line["score"], line["unscored"]) switch
        {
            ({ } value, null) => ItemScore.Of(value.GetValue<double>(), (string?)line["reason"] ?? "", rule),
            (null, { } reason) => ItemScore.Unscored(reason.GetValue<string>(), rule),
            _ => throw new FormatException("it needs either 'score' or 'unscored'"),
        };
        return new()
        {
            Score = score,
            Response = new()
            {
                PromptId = Required(line, "id").GetValue<string>(),
                Sample = Required(line, "sample").GetValue<int>(),
                Text = Required(line, "text").GetValue<string>(),
                FinishReason = Required(line, "finish_reason").GetValue<string>() switch
                {
                    "stop" => FinishReason.Stop,
                    "length" => FinishReason.Length,
                    "error" => FinishReason.Error,
                    var other => throw new FormatException($"finish_reason is '{other}'; it must be stop, length or error"),
                },
                Tokens = line["tokens"]?.GetValue<int>() ?? 0,
                Error = (string?)line["error"],
            },
        };
    }

    private static JsonNode Required(JsonObject line, string name) => line[name] ?? throw new FormatException($"'{name}' is missing");
}
