using System.Text;

namespace SafetyGate.Core.Unicode;

/// <summary>
/// The four normalization forms of Unicode 15.0 (UAX #15), computed here rather than by the machine's ICU: token ids and verdicts
/// must not depend on which version of it a machine has, or on whether it has one.
/// </summary>
public static class TextNormalization
{
    // Jamo of a Hangul syllable: 19 leading consonants, 21 vowels, 27 trailing consonants or none.
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7, LeadCount = 19, VowelCount = 21,
    TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>The text in a normalization form. Half a surrogate pair is left as it is.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsNormal(text, form)) return text;
        var result = new StringBuilder(text.Length);
        foreach (var (code, _) in Codes(text, form))
        {
            if (code <= char.MaxValue) result.Append((char)code);
            else result.Append(char.ConvertFromUtf32(code));
        }

        return result.ToString();
    }

    /// <summary>
    /// The code points of the text in a normalization form, each with how many of the text's, one after the other, it replaces: none for
    /// one that a decomposition adds, several for a composed one.
    /// </summary>
    internal static IReadOnlyList<(int Code, int Taken)> Codes(string text, NormalizationForm form)
    {
        var (compatible, composed) = Kind(form);
        var codes = Decompose(text, compatible);
        Reorder(codes);
        if (composed) Compose(codes);
        return codes;
    }

    // Below these characters nothing decomposes, and only composition could apply: to marks, which are above.
    private static bool IsNormal(string text, NormalizationForm form)
    {
        var firstAffected = Kind(form) switch { (true, _) => '\u00A0', (false, true) => '\u0300', _ => '\u00C0' };
        return text.AsSpan().IndexOfAnyInRange(firstAffected, '\uFFFF') < 0;
    }

    private static (bool Compatible, bool Composed) Kind(NormalizationForm form) => form switch
    {
        NormalizationForm.FormC => (false, true),
        NormalizationForm.FormD => (false, false),
        NormalizationForm.FormKC => (true, true),
        NormalizationForm.FormKD => (true, false),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Normalization forms are C, D, KC and KD."),
    };

    private static List<(int Code, int Taken)> Decompose(string text, bool compatible)
    {
        var codes = new List<(int Code, int Taken)>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var first = codes.Count;
            Add(isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            codes[first] = (codes[first].Code, 1);
            if (isPair) i++;
        }

        return codes;

        void Add(int code)
        {
            if (code - SyllableBase is >= 0 and < SyllableCount and var syllable)
            {
                codes.Add((LeadBase + (syllable / (VowelCount * TrailCount)), 0));
                codes.Add((VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount), 0));
                if (syllable % TrailCount is > 0 and var trail) codes.Add((TrailBase + trail, 0));
            }
            else if (code >= 0xA0 && NormalizationData.Table.MappingOf(code, compatible) is { } mapping)
            {
                foreach (var part in mapping) Add(part);
            }
            else
            {
                codes.Add((code, 0));
            }
        }
    }

    // Canonical ordering: runs of non-starters by their class, equal classes in their order.
    private static void Reorder(List<(int Code, int Taken)> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            if (ClassOf(codes[start].Code) == 0) continue;
            var end = start + 1;
            while (end < codes.Count && ClassOf(codes[end].Code) != 0) end++;
            var ordered = codes.GetRange(start, end - start).OrderBy(code => ClassOf(code.Code)).ToList(); // a stable sort
            for (var i = 0; i < ordered.Count; i++) codes[start + i] = ordered[i];
            start = end;
        }
    }

    private static void Compose(List<(int Code, int Taken)> codes)
    {
        var (kept, starter, lastClass) = (0, -1, -1);
        foreach (var (code, taken) in codes.ToArray())
        {
            var combiningClass = ClassOf(code);
            // A mark composes unless one of the same class or higher is between it and the starter.
            if (starter >= 0 && lastClass < combiningClass && Pair(codes[starter].Code, code) is { } both)
            {
                codes[starter] = (both, codes[starter].Taken + taken);
                continue;
            }

            if (combiningClass == 0) (starter, lastClass) = (kept, -1);
            else lastClass = combiningClass;
            codes[kept++] = (code, taken);
        }

        codes.RemoveRange(kept, codes.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount and var lead && second - VowelBase is >= 0 and < VowelCount and var vowel)
            return SyllableBase + (((lead * VowelCount) + vowel) * TrailCount);
        if (first - SyllableBase is >= 0 and < SyllableCount and var syllable && syllable % TrailCount == 0 && second - TrailBase is > 0 and < TrailCount and var trail)
            return first + trail;
        return NormalizationData.Table.Compose(first, second);
    }

    private static int ClassOf(int code) => code < 0x300 ? 0 : NormalizationData.Table.ClassOf(code);
}
