using System.Globalization;
using System.Text.RegularExpressions;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Finds the equations of worked answers, and the number they end with.</summary>
public static partial class WorkedSteps
{
    private const int MostSteps = 200;
    private const int LongestText = 100_000;
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands;

    /// <summary>The equations of a text in order, such as <c>8 + 5 = 13</c> or <c>48/2=24</c>; at most 200.</summary>
    public static IReadOnlyList<WorkedStep> In(string text) =>
        [.. Equation().Matches(Cut(text)).Take(MostSteps).Select(Read).OfType<WorkedStep>()];

    /// <summary>The number behind the last <c>####</c>, else the last number; <c>null</c> if there is none.</summary>
    public static decimal? Final(string text)
    {
        text = Cut(text);
        var mark = text.LastIndexOf("####", StringComparison.Ordinal);
        var numbers = AnyNumber().Matches(mark >= 0 ? text[mark..] : text);
        return numbers.Count == 0 ? null : Parsed(numbers[mark >= 0 ? 0 : ^1].Value);
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static WorkedStep? Read(Match match)
    {
        var operation = match.Groups["op"].Value[0] switch { '×' or 'x' => '*', '÷' => '/', '−' or '–' => '-', var other => other };
        return Parsed(match.Groups["a"].Value) is { } a && Parsed(match.Groups["b"].Value) is { } b && Parsed(match.Groups["c"].Value) is { } c
            ? new WorkedStep(a, operation, b, c)
            : null;
    }

    private static decimal? Parsed(string text) =>
        decimal.TryParse(text.TrimEnd('.', ','), Number, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"(?<![\d.])(?<a>-?\d[\d,]*\.?\d*)\s*(?<op>[-+*/×x÷−–])\s*\$?(?<b>\d[\d,]*\.?\d*)\s*=\s*\$?(?<c>-?\d[\d,]*\.?\d*)", RegexOptions.CultureInvariant)]
    private static partial Regex Equation();

    [GeneratedRegex(@"-?\d[\d,]*\.?\d*", RegexOptions.CultureInvariant)]
    private static partial Regex AnyNumber();
}
