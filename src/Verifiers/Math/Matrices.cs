using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads matrices and vectors in LaTeX environments. Determinants (<c>vmatrix</c>) are not matrices.</summary>
internal static partial class Matrices
{
    /// <summary>The matrix a text is; <c>null</c> when it is none.</summary>
    public static MathValue.Matrix? Read(string s)
    {
        if (Environment().Match(s) is not { Success: true } match) return null;
        var rows = RowEnd().Split(match.Groups["body"].Value).Where(r => !string.IsNullOrWhiteSpace(r))
            .Select(r => (IReadOnlyList<ExactValue>)[.. r.Split('&').Select(LatexParser.Parse)]).ToList();
        return rows.Count > 0 && rows.TrueForAll(r => r.Count == rows[0].Count)
            ? new(rows)
            : throw new FormatException("a matrix with rows of different lengths");
    }

    [GeneratedRegex(@"^(?:[(\[]\s*)?\\begin\s*\{(?<kind>[pb]?matrix|smallmatrix|array)\}\s*(?:\{[lcr| ]*\})?(?<body>.*?)\\end\s*\{\k<kind>\}\s*[)\]]?$")]
    private static partial Regex Environment();

    [GeneratedRegex(LatexText.RowEnd + @"(?:\s*\[[^\]]*\])?")]
    private static partial Regex RowEnd();
}
