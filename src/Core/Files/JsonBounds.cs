using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SafetyGate.Core.Files;

/// <summary>
/// Looks through untrusted JSON token by token before anything is built of it: number of values, depth, numbers beyond a double's range,
/// halves of surrogate pairs. So what is built afterwards has a known size, and no reader meets a value it cannot represent.
/// </summary>
/// <param name="MaximumValues">Most objects, arrays, strings, numbers, booleans and nulls in all.</param>
/// <param name="MaximumDepth">Deepest nesting of objects and arrays.</param>
internal sealed record JsonBounds(int MaximumValues, int MaximumDepth)
{
    /// <summary>Bounds of settings, headers, records, notes and of one line of a log.</summary>
    public static readonly JsonBounds Small = new(1_000_000, 64);

    /// <summary>Bounds of records whose lists hold no null; a typed reader would pass one on to whoever looks at the list.</summary>
    public static readonly JsonBounds Record = Small with { RefusesNullElements = true };

    /// <summary>Bounds of result files: some 400,000 items.</summary>
    public static readonly JsonBounds Result = new(4_000_000, 32);

    /// <summary>Bounds of a tokenizer: the largest public ones have some 260,000 tokens and 600,000 merges.</summary>
    public static readonly JsonBounds Tokenizer = new(8_000_000, 64);

    /// <summary>Whether a null in an array is out of bounds.</summary>
    public bool RefusesNullElements { get; init; }

    /// <summary>What keeps the text from being read, or <c>null</c>. The grammar is left to the reader, which has its own message.</summary>
    public string? Problem(ReadOnlySpan<byte> utf8) => Problem(utf8, sizeOnly: false);

    /// <summary>The same for a reader that has messages of its own, with lines, for everything but the number of values.</summary>
    public string? TooLarge(ReadOnlySpan<byte> utf8) => Problem(utf8, sizeOnly: true);

    private string? Problem(ReadOnlySpan<byte> utf8, bool sizeOnly)
    {
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8)) return "it is not valid UTF-8; save it as UTF-8.";
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaximumDepth + 1 });
        var values = 0;
        UInt128 arrays = 0; // by depth, whether the container is an array
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray) && ++values > MaximumValues)
                    return Invariant($"it holds more than {MaximumValues:N0} values; at most so many are read.");
                if (!sizeOnly && TokenProblem(ref reader) is { } problem) return problem;
                if (!RefusesNullElements) continue;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    arrays = reader.TokenType == JsonTokenType.StartArray ? arrays | (UInt128.One << reader.CurrentDepth + 1) : arrays & ~(UInt128.One << reader.CurrentDepth + 1);
                else if (reader.TokenType == JsonTokenType.Null && (arrays >> reader.CurrentDepth & 1) == 1)
                    return "a list holds null.";
            }

            return null;
        }
        catch (JsonException)
        {
            return null; // of the reader that follows, with its own message
        }
        catch (InvalidOperationException)
        {
            return "a string holds half of a surrogate pair (\\ud800 to \\udfff), which is no character.";
        }
    }

    /// <summary>Refuses what is out of bounds.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="name">How to call it in the message.</param>
    /// <exception cref="UserErrorException">It is out of bounds (exit code 65).</exception>
    public void Require(ReadOnlySpan<byte> utf8, string name)
    {
        if (Problem(utf8) is { } problem) throw new UserErrorException($"{name}: {problem}");
    }

    private string? TokenProblem(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaximumDepth:
                return Invariant($"it is nested deeper than {MaximumDepth} levels; at most so many are read.");
            case JsonTokenType.PropertyName or JsonTokenType.String when reader.ValueIsEscaped:
                _ = reader.GetString(); // throws on half of a surrogate pair
                return null;
            case JsonTokenType.Number when IsBeyondRange(reader.ValueSpan):
                return $"the number {Shown(reader.ValueSpan)} is beyond a double's range.";
            default:
                return null;
        }
    }

    private static bool IsBeyondRange(ReadOnlySpan<byte> number) =>
        Utf8Parser.TryParse(number, out double value, out _) && !double.IsFinite(value);

    private static string Shown(ReadOnlySpan<byte> number) =>
        System.Text.Encoding.ASCII.GetString(number[..Math.Min(number.Length, 40)]) + (number.Length > 40 ? "…" : "");
}
