using System.Text.RegularExpressions;

namespace SafetyGate.Analysis.Patterns;

/// <summary>How alike the clauses of prompts are to those of demonstrations: what data hardness is computed from.</summary>
public static partial class ClauseSimilarity
{
    /// <summary>Parts of a text between marks of punctuation; the text itself where it has no words.</summary>
    public static IReadOnlyList<string> Clauses(string text)
    {
        string[] parts = [.. Punctuation().Split(text).Select(part => part.Trim()).Where(part => part.Any(char.IsLetterOrDigit))];
        return parts.Length > 0 ? parts : [text];
    }

    /// <summary>Similarities by rare words in common: the cosine of TF-IDF over all clauses.</summary>
    /// <param name="prompts">At least one.</param>
    /// <param name="demonstrations">Texts of the demonstrations' prompts.</param>
    /// <returns>[prompt][clause][clause of the other demonstrations].</returns>
    /// <exception cref="ArgumentException">A prompt has no demonstration besides itself.</exception>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> ByWords(IReadOnlyList<string> prompts, IReadOnlyList<string> demonstrations)
    {
        var clauses = Distinct(prompts, demonstrations);
        return Of(prompts, demonstrations, clauses.Zip(TfIdf.Of(clauses).Rows).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }

    /// <summary>Every clause once: what has to be embedded for <see cref="Of"/>.</summary>
    public static IReadOnlyList<string> Distinct(IReadOnlyList<string> prompts, IReadOnlyList<string> demonstrations) =>
        [.. prompts.Concat(demonstrations).Distinct(StringComparer.Ordinal).SelectMany(Clauses).Distinct(StringComparer.Ordinal)];

    /// <summary>Similarities by the cosine of given points.</summary>
    /// <inheritdoc cref="ByWords"/>
    /// <param name="prompts">At least one.</param>
    /// <param name="demonstrations">Texts of the demonstrations' prompts. One that is the prompt itself is left out, for every text is like itself.</param>
    /// <param name="points">Of every clause, all of one size.</param>
    /// <exception cref="ArgumentException">A prompt has no demonstration besides itself, a clause no point, or points differ in size.</exception>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>> Of(IReadOnlyList<string> prompts, IReadOnlyList<string> demonstrations, IReadOnlyDictionary<string, double[]> points)
    {
        var sizes = points.Values.Select(point => point.Length).Distinct().ToList();
        if (sizes.Count != 1) throw new ArgumentException(Invariant($"Clauses are given as points of {string.Join(" and ", sizes)} numbers; all must have the same."), nameof(points));
        var unit = points.ToDictionary(point => point.Key, point => Unit(point.Value), StringComparer.Ordinal);
        var texts = demonstrations.Distinct(StringComparer.Ordinal).Select(text => (Text: text, Clauses: Clauses(text).Select(PointOf).ToList())).ToList();
        return [.. prompts.Select(prompt =>
        {
            var others = texts.Where(text => text.Text != prompt).SelectMany(text => text.Clauses).ToList();
            if (others.Count == 0) throw new ArgumentException($"The prompt '{prompt}' is the only demonstration; it needs others to be compared with.", nameof(demonstrations));
            return (IReadOnlyList<IReadOnlyList<double>>)[.. Clauses(prompt).Select(clause => PointOf(clause)).Select(point => (IReadOnlyList<double>)[.. others.Select(other => Dot(point, other))])];
        })];

        double[] PointOf(string clause) => unit.TryGetValue(clause, out var point) ? point : throw new ArgumentException($"The clause '{clause}' has no point.", nameof(points));
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double[] Unit(double[] point)
    {
        var length = Math.Sqrt(Dot(point, point));
        return length == 0 ? point : [.. point.Select(value => value / length)];
    }

    [GeneratedRegex(@"[.?!:;,\n]+", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();
}
