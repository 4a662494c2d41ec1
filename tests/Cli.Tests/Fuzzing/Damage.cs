using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>Spoils a result file: its bytes, its text, or one value of its JSON.</summary>
internal sealed class Damage
{
    private static readonly string[] Values =
    [
        "1e400", "-1e400", "1e-400", "4.9e-324", "-0", "-0.0", "1.0", "1E0", "1e0", "0.1e1", "10e-1", "2", "-1", "0.5", "0", "1", "00", "+1", ".5", "0x1", "1_000", "2147483648", "18446744073709551616", "99999999999999999999",
        "NaN", "Infinity", "-Infinity", "\"NaN\"", "\"Infinity\"", "nan", "null", "true", "false", "\"1\"", "\"0\"", "\"\"", "\" \"", "{}", "[]", "[[]]", "[null]", "{\"\": 0}", "undefined",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\u202eitem\"", "\"item-0000\\u200b\"", "\"\\uFEFF\"", "\"іtem-0000\"", "\"e\\u0301\"", "\"é\"", "\"\\q\"", "\"\\u12\"", "\"unclosed",
        "1e99999999999999999999", "1e309", "-1e309", "9007199254740993", "-9223372036854775809", "16777216", "[[[[[[[[[[[[]]]]]]]]]]]]", "\"::error::x\"", "\"\\n\"", "\"/etc/passwd\"", "\"..\"", "\"(a+)+$\"", "\"[\"", "1" + "e" + "000000000000000000000",
    ];

    private readonly byte[] _bytes;
    private readonly string _text;
    private readonly JsonNode? _root;
    private readonly List<JsonNode> _nodes = [];

    public Damage(byte[] whole)
    {
        (_bytes, _text) = (whole, Encoding.UTF8.GetString(whole));
        try
        {
            _root = JsonNode.Parse(_text);
            if (_root is not null) Collect(_root);
        }
        catch (System.Text.Json.JsonException)
        {
            // other formats are spoilt by bytes and text alone
        }
    }

    /// <summary>One spoilt file; which, the stream decides.</summary>
    public byte[] Draw(RandomStream random)
    {
        var kind = random.Next(_nodes.Count == 0 ? 2 : 3);
        if (kind == 0) return Bytes(Bytes(_bytes, random), random.Next(2) == 0 ? random : null);
        var text = kind == 1 ? Text(_text, random) : Structure(random);
        if (random.Next(3) == 0) text = Text(text, random);
        return Encoding.UTF8.GetBytes(text); // half a surrogate pair becomes a replacement character here; written as an escape it stays
    }

    private static byte[] Bytes(byte[] bytes, RandomStream? random)
    {
        if (random is null || bytes.Length < 2) return bytes;
        int at = random.Next(bytes.Length), length = 1 + random.Next(Math.Min(64, bytes.Length - at));
        var changed = (byte[])bytes.Clone();
        switch (random.Next(9))
        {
            case 0: return bytes[..at];
            case 1: return bytes[at..];
            case 2: changed[at] ^= (byte)(1 << random.Next(8)); return changed;
            case 3: changed[at] = (byte)random.Next(256); return changed;
            case 4: return [.. bytes[..at], .. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)), .. bytes[at..]];
            case 5: return [.. bytes[..at], .. bytes[(at + length)..]];
            case 6: return [.. bytes[..(at + length)], .. bytes[at..]];
            case 7: return [.. (byte[])(random.Next(3) switch { 0 => [0xEF, 0xBB, 0xBF], 1 => [0xFF, 0xFE], _ => [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF] }), .. bytes];
            default: return [.. bytes[..at], .. (byte[])(random.Next(4) switch { 0 => [0xC0, 0x80], 1 => [0xED, 0xA0, 0x80], 2 => [0xF4, 0x90, 0x80, 0x80], _ => [0x00] }), .. bytes[at..]];
        }
    }

    private static string Text(string text, RandomStream random)
    {
        if (text.Length == 0) return text;
        var lines = text.Split('\n');
        int a = random.Next(lines.Length), b = random.Next(lines.Length), at = random.Next(text.Length);
        switch (random.Next(11))
        {
            case 10: return Score(text, at, random.Next(4) switch { 0 => "0", 1 => "1", 2 => "0.5", _ => "null" });
            case 0: (lines[a], lines[b]) = (lines[b], lines[a]); return string.Join('\n', lines);
            case 1: return string.Join('\n', lines[..a].Append(lines[b]).Concat(lines[a..]));
            case 2: return string.Join('\n', lines[..a].Concat(lines[(a + 1)..]));
            case 3: return string.Join('\n', lines.Reverse());
            case 4: return text[..at] + (char)random.Next(128) + text[(at + 1)..];
            case 5: return Number(text, at, Values[random.Next(Values.Length)]);
            case 6: return text[..at] + new string(random.Next(2) == 0 ? '[' : '{', 50 + random.Next(5000)) + text[at..];
            case 7: return text.Remove(at, Math.Min(text.Length - at, 1 + random.Next(60)));
            case 8: return text.Replace("\n", random.Next(2) == 0 ? "\r\n" : "", StringComparison.Ordinal);
            default: return text[..at] + (random.Next(4) switch { 0 => " ", 1 => "/* c */", 2 => "\u00a0", _ => "\\" }) + text[at..];
        }
    }

    /// <summary>Another outcome, well-formed, of the first item after a place.</summary>
    private static string Score(string text, int at, string by)
    {
        const string before = "\"scores\": [";
        var start = text.IndexOf(before, at, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(']', start);
        return end < 0 ? text : text[..(start + before.Length)] + by + text[end..];
    }

    /// <summary>Writes the JSON anew with one value changed, so that the rest stays well-formed.</summary>
    private string Structure(RandomStream random)
    {
        var target = _nodes[random.Next(_nodes.Count)];
        var other = _nodes[random.Next(_nodes.Count)];
        var (kind, value, order) = (random.Next(10), Values[random.Next(Values.Length)], random.NextUInt64());
        string Changed(JsonNode node, string raw) => kind switch
        {
            0 or 1 => value,
            2 => other.ToJsonString(),
            3 => "[" + raw + "]",
            4 => "{\"" + (order % 2 == 0 ? "value" : "id") + "\": " + raw + "}",
            5 => string.Concat(Enumerable.Repeat("[", 40)) + raw + string.Concat(Enumerable.Repeat("]", 40)),
            6 when node is JsonArray array => "[" + string.Join(",", Shuffled(array, order).Select(e => e?.ToJsonString() ?? "null")) + "]",
            7 when node is JsonArray { Count: > 0 } array => "[" + string.Join(",", array.Append(array[(int)(order % (ulong)array.Count)]).Select(e => e?.ToJsonString() ?? "null")) + "]",
            6 when node is JsonObject o => "{" + string.Join(",", o.Reverse().Select(Member)) + "}",
            7 when node is JsonObject { Count: > 0 } o => "{" + string.Join(",", o.Select(Member).Append(Twice(o, order, value))) + "}",
            8 when node is JsonObject { Count: > 0 } o => "{" + string.Join(",", o.Where((_, i) => i != (int)(order % (ulong)o.Count)).Select(Member)) + "}",
            8 when node is JsonArray { Count: > 0 } array => "[" + string.Join(",", array.Where((_, i) => i != (int)(order % (ulong)array.Count)).Select(e => e?.ToJsonString() ?? "null")) + "]",
            9 when node is JsonObject o => "{" + string.Join(",", o.Select((m, i) => i == (int)(order % (ulong)Math.Max(1, o.Count)) ? Renamed(m.Key, order) + ":" + Raw(m.Value) : Member(m))) + "}",
            _ when node is JsonValue v && v.TryGetValue<string>(out var text) => Escaped(text, order),
            _ => raw,
        };
        return Write(_root, target, Changed);
    }

    private static string Write(JsonNode? node, JsonNode target, Func<JsonNode, string, string> change)
    {
        var raw = node switch
        {
            JsonObject o => "{" + string.Join(",\n", o.Select(m => Quote(m.Key) + ": " + Write(m.Value, target, change))) + "}",
            JsonArray a => "[" + string.Join(",\n", a.Select(e => Write(e, target, change))) + "]",
            _ => Raw(node),
        };
        return ReferenceEquals(node, target) ? change(node!, raw) : raw;
    }

    private void Collect(JsonNode node)
    {
        _nodes.Add(node);
        foreach (var child in node is JsonObject o ? o.Select(m => m.Value) : node is JsonArray a ? a : Enumerable.Empty<JsonNode?>())
            if (child is not null) Collect(child);
    }

    private static string Member(KeyValuePair<string, JsonNode?> member) => Quote(member.Key) + ":" + Raw(member.Value);

    // The second of two equal keys, sometimes in disguise, sometimes with another value.
    private static string Twice(JsonObject o, ulong order, string value)
    {
        var member = o.ElementAt((int)(order % (ulong)o.Count));
        return (order / 7 % 2 == 0 ? Quote(member.Key) : "\"" + Escape(member.Key.FirstOrDefault('x')) + member.Key[Math.Min(1, member.Key.Length)..] + "\"") + ":" + (order / 3 % 2 == 0 ? Raw(member.Value) : value);
    }

    private static string Renamed(string key, ulong order) => (order % 5) switch
    {
        0 => Quote(key.ToUpperInvariant()),
        1 => Quote(key + " "),
        2 => "\"" + Escape(key.FirstOrDefault('x')) + key[Math.Min(1, key.Length)..] + "\"", // the same key
        3 => Quote(key.Replace('o', 'о')), // a Cyrillic letter
        _ => Quote("__proto__"),
    };

    private static string Escaped(string text, ulong order) =>
        order % 2 == 0 ? "\"" + string.Concat(text.Select(Escape)) + "\"" : Quote(text + (order % 3 == 0 ? "\u0301" : "\u200d"));

    private static IEnumerable<JsonNode?> Shuffled(JsonArray array, ulong order)
    {
        var random = new RandomStream(order, "shuffle");
        return array.OrderBy(_ => random.NextUInt64()).ToList();
    }

    private static string Escape(char c) => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture);

    private static string Raw(JsonNode? node) => node?.ToJsonString() ?? "null";

    private static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    private static string Number(string text, int at, string by)
    {
        while (at < text.Length && !char.IsAsciiDigit(text[at])) at++;
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return text[..at] + by + text[end..];
    }
}
