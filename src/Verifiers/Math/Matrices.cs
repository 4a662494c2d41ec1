using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads matrices and vectors in LaTeX environments. Determinants (<c>vmatrix</c>) are not matrices.</summary>
internal static class Matrices
{
    /// <summary>The matrix a text is, or a sum or product of matrices and numbers; <c>null</c> when it is none.</summary>
    public static MathValue.Matrix? Read(string s)
    {
        if (!s.Contains("\\begin", StringComparison.Ordinal)) return null;
        if (Literal(s) is { } matrix) return matrix;
        MathValue.Matrix? sum = null;
        var terms = Term.Matches(s);
        if (terms.Count == 0 || terms.Sum(t => t.Length) != s.Length) return null;
        foreach (Match term in terms)
        {
            var product = Product(term.Groups["factors"].Captures, term.Groups["scale"].Value);
            if (term.Groups["sign"].Value == "-") product = Map(product, v => ExactValue.Of(-1) * v);
            sum = sum is null ? product : Plus(sum, product);
        }

        return sum;
    }

    private static MathValue.Matrix Product(CaptureCollection factors, string scale)
    {
        var product = factors.Select(f => Literal(f.Value.Trim(' ', '*')) ?? throw new FormatException("not a matrix")).Aggregate(Times);
        if (scale.Trim(' ', '*') is not { Length: > 0 } number) return product;
        var by = LatexParser.Parse(number);
        return Map(product, v => by * v);
    }

    private static MathValue.Matrix Map(MathValue.Matrix m, Func<ExactValue, ExactValue> change) =>
        new([.. m.Rows.Select(r => (IReadOnlyList<ExactValue>)[.. r.Select(change)])]);

    private static MathValue.Matrix Plus(MathValue.Matrix a, MathValue.Matrix b) =>
        a.Rows.Count == b.Rows.Count && a.Rows[0].Count == b.Rows[0].Count
            ? new([.. a.Rows.Zip(b.Rows, (x, y) => (IReadOnlyList<ExactValue>)[.. x.Zip(y, (u, v) => u + v)])])
            : throw new FormatException("a sum of matrices of different sizes");

    private static MathValue.Matrix Times(MathValue.Matrix a, MathValue.Matrix b) =>
        a.Rows[0].Count == b.Rows.Count
            ? new([.. a.Rows.Select(row => (IReadOnlyList<ExactValue>)[.. Enumerable.Range(0, b.Rows[0].Count).Select(j => row.Select((x, k) => x * b.Rows[k][j]).Aggregate((u, v) => u + v))])])
            : throw new FormatException("a product of matrices whose sizes do not fit");

    private static MathValue.Matrix? Literal(string s)
    {
        if (Environment.Match(s) is not { Success: true } match) return null;
        var rows = RowEnd.Split(match.Groups["body"].Value).Where(r => !string.IsNullOrWhiteSpace(r))
            .Select(r => (IReadOnlyList<ExactValue>)[.. r.Split('&').Select(LatexParser.Parse)]).ToList();
        return rows.Count > 0 && rows.TrueForAll(r => r.Count == rows[0].Count)
            ? new(rows)
            : throw new FormatException("a matrix with rows of different lengths");
    }

    private static Regex Environment => field ??= Pattern.Of(@"^(?:[(\[]\s*)?\\begin\s*\{(?<kind>[pb]?matrix|smallmatrix|array)\}\s*(?:\{[lcr| ]*\})?(?<body>(?:(?!\\begin|\\end).)*)\\end\s*\{\k<kind>\}\s*[)\]]?$");

    private static Regex Term => field ??= Pattern.Of(@"\G\s*(?<sign>[-+]?)\s*(?<scale>(?:[0-9./]+|\\frac ?\{[0-9]+\} ?\{[0-9]+\}|[a-z])?\s*\*?\s*)(?<factors>(?:[(\[]\s*)?\\begin\s*\{[a-z]+\}(?:(?!\\begin|\\end).)*\\end\s*\{[a-z]+\}(?:\s*[)\]])?\s*\*?\s*)+");

    private static Regex RowEnd => field ??= Pattern.Of(LatexText.RowEnd + @"(?:\s*\[[^\]]*\])?");
}
