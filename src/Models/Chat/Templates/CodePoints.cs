using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>A string by code points, which is how Python counts; a lone surrogate is one.</summary>
internal static class CodePoints
{
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff');

    public static int Length(string text)
    {
        if (IsPlain(text)) return text.Length;
        var count = 0;
        for (var i = 0; i < text.Length; i += WidthAt(text, i)) count++;
        return count;
    }

    public static int Length(StringBuilder text)
    {
        var count = 0;
        var afterHigh = false;
        foreach (var chunk in text.GetChunks())
        {
            foreach (var c in chunk.Span)
            {
                if (afterHigh && char.IsLowSurrogate(c)) afterHigh = false;
                else
                {
                    count++;
                    afterHigh = char.IsHighSurrogate(c);
                }
            }
        }

        return count;
    }

    public static IEnumerable<string> Of(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var width = WidthAt(text, i);
            yield return text.Substring(i, width);
            i += width;
        }
    }

    public static int WidthAt(string text, int i) => char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;

    /// <summary>Order of two strings by code points, which differs from that of UTF-16 units above U+D800.</summary>
    public static int Compare(string one, string other)
    {
        var length = Math.Min(one.Length, other.Length);
        for (var i = 0; i < length; i++)
        {
            if (one[i] == other[i]) continue;
            bool a = char.IsSurrogate(one[i]), b = char.IsSurrogate(other[i]);
            return a == b ? one[i].CompareTo(other[i]) : a ? 1 : -1;
        }

        return one.Length.CompareTo(other.Length);
    }
}
