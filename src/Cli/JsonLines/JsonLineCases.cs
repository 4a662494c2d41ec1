using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SafetyGate.Cli.JsonLines;

/// <summary>
/// The machine-readable form of a command: JSON Lines in, one object out for each object in, in the same order and with the same
/// <c>id</c>. A line that cannot be answered gives <c>{"id", "error"}</c> and does not stop the rest; the exit code is then 65.
/// </summary>
internal sealed class JsonLineCases(GateOutput output)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
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
        await using var input = source == "-" ? output.Input : File.OpenRead(source);
        var failed = false;
        var writer = destination is null ? output.Out : new StreamWriter(destination, false, new UTF8Encoding(false)) { NewLine = "\n" };
        try
        {
            var number = 0;
            await foreach (var line in LinesAsync(input, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                number++;
                if (line.Length == 0 || line.AsSpan().IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0) continue;
                var (text, ok) = AnswerLine(line, number, answer);
                failed |= !ok;
                await writer.WriteAsync(text + "\n");
            }
        }
        finally
        {
            await writer.FlushAsync(CancellationToken.None);
            if (destination is not null) await writer.DisposeAsync();
        }

        return failed ? GateExitCode.BadInput : GateExitCode.Passed;
    }

    private static (string Text, bool Ok) AnswerLine(byte[] line, int number, Action<JsonElement, Utf8JsonWriter> answer)
    {
        JsonElement? id = null;
        try
        {
            StrictUtf8.GetCharCount(line);
            using var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new UserErrorException($"line {number} is {document.RootElement.ValueKind}; each line must be a JSON object.");
            if (document.RootElement.TryGetProperty("id", out var given)) id = given.Clone();
            return (Object(id, writer => answer(document.RootElement, writer)), true);
        }
        catch (DecoderFallbackException)
        {
            return (Error(id, $"line {number} is not UTF-8."), false);
        }
        catch (JsonException problem)
        {
            return (Error(id, $"line {number} is not a JSON object: {problem.Message}"), false);
        }
        catch (Exception problem) when (problem is UserErrorException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException or System.Runtime.InteropServices.ExternalException)
        {
            return (Error(id, problem.Message), false);
        }
    }

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

    // Only the line feed ends a line: texts may hold U+0085 and U+2028.
    private static async IAsyncEnumerable<byte[]> LinesAsync(Stream input,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = new MemoryStream();
        var block = new byte[1 << 16];
        int read;
        while ((read = await input.ReadAsync(block, cancellationToken)) > 0)
        {
            var start = 0;
            for (int end; (end = Array.IndexOf(block, (byte)'\n', start, read - start)) >= 0; start = end + 1)
            {
                pending.Write(block, start, end - start);
                yield return pending.ToArray();
                pending.SetLength(0);
            }

            pending.Write(block, start, read - start);
        }

        if (pending.Length > 0) yield return pending.ToArray();
    }
}
