using System.Text;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Tests.Tokenization.Oracle;

/// <summary>Texts on which tokenizers differ: words and code, white space of all kinds, scripts, marks, emoji, special tokens whole and broken.</summary>
internal sealed class RandomTexts(RandomStream random, IReadOnlyList<string> tokens)
{
    private static readonly string[] Words =
    [
        "the", "The", "THE", "hello", "world", "don't", "DON'T", "I'll", "we've", "it's", "'s", "'S", "'ſ", "ſ", "\u212A", "xk", "x're", "naïve", "Straße", "İstanbul", "ΣΊΣΥΦΟΣ", "Привет", "мир", "你好", "世界", "日本語", "カタカナ", "ひらがな", "한국어", "العربية", "עברית", "हिन्दी", "ไทย",
        "def f(x):", "return", "x_1", "camelCase", "HTTPServer", "a.b.c", "1", "12", "123", "1234567", "3.14", "1e-5", "½", "²", "Ⅷ", "٣", "१२", "http://a.b/c?d=e&f", "<b>", "</s>", "<s>", "<unk>", "##", "▁", "Ġ", "Ċ", "<0x0A>", "<|", "|>", "e\u0301", "ﬁ", "①", "ﷺ", "Å", "\u212B", "ǅ",
    ];

    private static readonly string[] Spaces = [" ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u00A0", "\u3000", "\u2028", "\u0085", "\u200B", "\u000B", "\u000C", "\uFEFF", "\u1680", "\u202F"];

    private static readonly string[] Signs =
    [
        ".", ",", "!", "?", ";", ":", "-", "--", "—", "'", "\"", "“", "”", "’", "(", ")", "[", "]", "{", "}", "/", "\\", "|", "_", "#", "$", "%", "&", "*", "+", "=", "<", ">", "@", "^", "`", "~", "…", "。", "，", "、", "！", "？", "«", "»", "·", "€", "£", "°", "©", "→", "≠", "∑",
        "😀", "👍🏽", "👨‍👩‍👧", "🇩🇪", "❤️", "\u0301", "\u0323", "\u200D", "\uFE0F", "\u0000", "\u0001", "\u007F", "\u00AD", "\uFFFD", "𝒜", "𐍈", "🄰", "\U000E0041", "\u0E33", "\u093F",
        "\u202E", "\u2066", "\u2069", "\u061C", "\u0600", "\u0345", "\u0F73", "\u1100\u1161\u11A8", "각", "\uE000", "\U000F0000", "\U0010FFFF", "\uFFFE", "🏴\U000E0067\U000E007F", "👩🏿‍🚀", "1️⃣", "ẞ", "ŉ", "ﬆ", "µ", "\u1E9B\u0323",
    ];

    // Blocks that hold letters, marks and signs of many scripts, and the planes above.
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x530, 0x6FF), (0x700, 0x8FF), (0x900, 0xDFF), (0xE00, 0x109F), (0x10A0, 0x13FF), (0x1680, 0x1AFF), (0x1B00, 0x1FFF), (0x2000, 0x2BFF),
        (0x2C00, 0x2FFF), (0x3000, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xE000, 0xFFFF), (0x10000, 0x10FFF), (0x11000, 0x14FFF), (0x16000, 0x1FFFF), (0x20000, 0x2FFFF), (0xE0000, 0xE01EF), (0x1, 0x10FFFF),
    ];

    /// <summary>One text.</summary>
    public string Next()
    {
        var text = new StringBuilder();
        for (var parts = random.Next(3) == 0 ? random.Next(3) : 1 + random.Next(14); parts > 0; parts--) text.Append(Part());
        return text.ToString();
    }

    private string Part()
    {
        var part = random.Next(12) switch
        {
            < 4 => Words[random.Next(Words.Length)],
            4 or 5 => Spaces[random.Next(Spaces.Length)],
            6 or 7 => Signs[random.Next(Signs.Length)],
            8 => Letters(),
            9 when tokens.Count > 0 => Token(),
            10 => " " + Words[random.Next(Words.Length)],
            _ => Characters(),
        };
        return random.Next(100) switch
        {
            < 5 => string.Concat(Enumerable.Repeat(part, 2 + random.Next(6))),
            5 when part.Length > 0 => string.Concat(Enumerable.Repeat(char.IsSurrogate(part[0]) ? part : part[..1], 20 + random.Next(200))),
            _ => part,
        };
    }

    private string Token()
    {
        var token = tokens[random.Next(tokens.Count)];
        return random.Next(10) switch
        {
            0 => token[..Math.Max(1, random.Next(token.Length))],
            1 => token[random.Next(token.Length)..],
            2 => " " + token + " ",
            3 => "x" + token + "y",
            4 => "\n " + token,
            5 => token + tokens[random.Next(tokens.Count)],
            6 => token + Spaces[random.Next(Spaces.Length)] + tokens[random.Next(tokens.Count)],
            _ => token,
        } is var some && (char.IsLowSurrogate(some[0]) || char.IsHighSurrogate(some[^1])) ? token : some;
    }

    private string Letters() => string.Concat(Enumerable.Range(0, 1 + random.Next(10)).Select(_ => (char)((random.Next(4) == 0 ? 'A' : 'a') + random.Next(26))));

    private string Characters()
    {
        var (first, last) = Blocks[random.Next(Blocks.Length)];
        return string.Concat(Enumerable.Range(0, 1 + random.Next(5)).Select(_ => first + random.Next(last - first + 1)).Where(code => code is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32));
    }
}
