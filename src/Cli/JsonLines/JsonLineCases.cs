using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using SafetyGate.Core.Files;

namespace SafetyGate.Cli.JsonLines;

/// <summary>
/// The machine-readable form of a command: JSON Lines in, one object out for each object in, in the same order and with the same
/// <c>id</c>. A line that cannot be answered gives <c>{"id", "error"}</c> and does not stop the rest; the exit code is then 65.
/// </summary>
internal sealed class JsonLineCases(GateOutput output)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private static readonly JsonWriterOptions Written = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = false
    };

    /// <summary>Answers every line of a file or of standard input.</summary>
    /// <param name="source">Path, or <c>-</c> for standard input.</param>
    /// <param name="destination">Path, or <c>null</c> for standard output.</param>
    /// <param name="answer">Fills the answer's object, whose <c>id</c> is already there, from the case.</param>
    /// <param name="cancellationToken">Checked before each line.</param>
    public async Task<int> AnswerAsync(string source, string? destination, Action<JsonElement, Utf8JsonWriter> answer,
        CancellationToken cancellationToken)
    {
        if (source != "-" && !File.Exists(source))
            throw new UserErrorException($"No file '{source}'; --jsonl takes a file with one JSON object a line, or - for standard input.");
        await using var input = source == "-" ? output.Input : BoundedFile.Open(source, regularOnly: false);
        await using var file = destination is null ? null : Create(destination, source);
        var code = GateExitCode.Passed;
        await foreach (var line in BoundedLines.ReadAsync(input, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.IsBlank) continue;
            var (text, ended) = AnswerLine(line, answer);
            code = Math.Max(code, ended); // an error of ours (70) is above one of the input (65)
            if (file is null) output.WriteJson(text + "\n");
            else await file.WriteAsync(text + "\n");
        }

        return code;
    }

    // Lines are answered as they come, so the cases may not lie where the answers are to be written: they would be gone before they are read.
    private static StreamWriter Create(string destination, string source)
    {
        if (source != "-" && IsSameFile(source, destination))
            throw new UserErrorException($"--jsonl and --out are one file, {destination}; the answers would take the place of what is to be answered. Name another file.", GateExitCode.Usage);
        try
        {
            return new StreamWriter(destination, false, new UTF8Encoding(false)) { NewLine = "\n" };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"'{destination}' cannot be written: {problem.Message}", problem, GateExitCode.CannotWrite);
        }
    }

    private static bool IsSameFile(string one, string other)
    {
        if (!File.Exists(one) || !File.Exists(other) || !FileState.IsRegularOrUnknown(one)) return false;
        var (first, second) = (FileState.Of(Path.GetFullPath(one)), FileState.Of(Path.GetFullPath(other)));
        return first.Inode != 0 ? (first.Device, first.Inode) == (second.Device, second.Inode) : Target(one) == Target(other);
    }

    private static string Target(string path) => Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    private static (string Text, int Code) AnswerLine(BoundedLine line, Action<JsonElement, Utf8JsonWriter> answer)
    {
        JsonElement? id = null;
        try
        {
            if (line.IsTooLong) throw new UserErrorException(Invariant($"line {line.Number} has more than {BoundedLines.Longest:N0} bytes; no more of a line are read."));
            if (!Utf8.IsValid(line.Utf8.Span)) throw new UserErrorException(Invariant($"line {line.Number} is not UTF-8."));
            using var document = JsonDocument.Parse(line.Utf8, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new UserErrorException($"line {line.Number} is {document.RootElement.ValueKind}; each line must be a JSON object.");
            var problem = JsonBounds.Small.Problem(line.Utf8.Span);
            if (document.RootElement.TryGetProperty("id", out var given) && (problem is null || IsSound(given))) id = given.Clone();
            if (problem is not null) throw new UserErrorException(Invariant($"line {line.Number}: {problem}"));
            return (Object(id, writer => answer(document.RootElement, writer)), GateExitCode.Passed);
        }
        catch (JsonException problem)
        {
            return (Error(id, $"line {line.Number} is not a JSON object: {problem.Message}"), GateExitCode.BadInput);
        }
        catch (Exception problem) when (problem is UserErrorException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException or System.Runtime.InteropServices.ExternalException)
        {
            return (Error(id, problem.Message), GateExitCode.BadInput);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return (Error(id, $"internal error: {problem.GetType().Name}: {problem.Message}"), GateExitCode.Internal);
        }
    }

    private static bool IsSound(JsonElement id) => JsonBounds.Small.Problem(Encoding.UTF8.GetBytes(id.GetRawText())) is null;

    private static string Error(JsonElement? id, string message) => Object(id, writer => writer.WriteString("error", message));

    private static string Object(JsonElement? id, Action<Utf8JsonWriter> fill)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Written))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("id");
            if (id is { } value) value.WriteTo(writer);
            else writer.WriteNullValue();
            fill(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
