using System.Globalization;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// The pre-tokenizer <c>UnicodeScripts</c>: it cuts where the script of the characters changes. Spaces, and code points of no script, belong to
/// what is before them, and at the start of a piece to nothing: they vanish.
/// </summary>
internal static class ScriptSplit
{
    private const string Table = "scripts-of-tokenizers.txt";

    // The tables' name for kanji; kana and the long vowel mark are taken for it.
    private const string Han = "Han";

    private static readonly Lazy<(int First, int Last, string Script)[]> Ranges = new(Read);

    /// <summary>The pieces, each by its first unit and the unit after its last.</summary>
    public static List<(int Start, int Stop)> Spans(string text)
    {
        var spans = new List<(int Start, int Stop)>();
        string? last = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (ScriptOf(rune.Value) is { } script)
            {
                if (script != last) spans.Add((at, text.Length));
                if (script != last && spans.Count > 1) spans[^2] = (spans[^2].Start, at);
                last = script;
            }

            at += rune.Utf16SequenceLength;
        }

        return spans;
    }

    private static string? ScriptOf(int code)
    {
        if (code == ' ') return null;
        if (code == 0x30FC) return Han;
        var (low, high) = (0, Ranges.Value.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last, script) = Ranges.Value[middle];
            if (code < first) high = middle - 1;
            else if (code > last) low = middle + 1;
            else return script is "Hiragana" or "Katakana" ? Han : script;
        }

        return null;
    }

    private static (int First, int Last, string Script)[] Read()
    {
        using var stream = typeof(ScriptSplit).Assembly.GetManifestResourceStream(Table) ?? throw new InvalidOperationException("The assembly lacks its table of scripts.");
        using var lines = new StreamReader(stream);
        var ranges = new List<(int First, int Last, string Script)>();
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line.Split(' ');
            ranges.AddRange(fields.Skip(1).Select(field => field.Split('-')).Select(ends => (Hex(ends[0]), Hex(ends[^1]), fields[0])));
        }

        return [.. ranges.OrderBy(range => range.First)];
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
