using System.Globalization;

namespace SafetyGate.Analysis.Explanations;

/// <summary>
/// The rule behind a worked answer of arithmetic steps (<c>12 - 3 = 9 .</c>): which numbers of the question each step takes, and what it does
/// with them. Applied to another question it tells whether the explanation explains or only copies.
/// </summary>
public sealed class StepRule
{
    private readonly List<(Operand Left, char Operation, Operand Right)> _steps;
    private readonly double? _copied;

    private StepRule(List<(Operand, char, Operand)> steps, double? copied) => (_steps, _copied) = (steps, copied);

    /// <summary>Reads the rule off an explanation.</summary>
    /// <param name="question">The question it explains; its numbers, in order, are what steps may take.</param>
    /// <param name="explanation">The worked answer.</param>
    /// <returns>The rule. Without a step that takes its numbers from the question or from the step before, it states its last number whatever
    /// is asked.</returns>
    public static StepRule Of(string question, string explanation)
    {
        var (given, words) = (Numbers(question), Words(explanation));
        var steps = new List<(Operand, char, Operand)>();
        var used = new HashSet<int>();
        double? last = null;
        for (var at = 0; at + 4 < words.Length; at++)
        {
            if (Number(words[at]) is not { } left || words[at + 1] is not ("+" or "-" or "*" or "/") || Number(words[at + 2]) is not { } right || words[at + 3] != "=" || Number(words[at + 4]) is not { } result) continue;
            if (Source(left, last, given, used) is not { } first || Source(right, null, given, used) is not { } second) continue;
            steps.Add((first, words[at + 1][0], second));
            last = result;
        }

        return new(steps, steps.Count > 0 ? null : Numbers(explanation) is [.., var stated] ? stated : null);
    }

    /// <summary>The answer that the rule gives to another question; <c>null</c> where the question lacks a number it takes.</summary>
    public double? Apply(string question)
    {
        if (_steps.Count == 0) return _copied;
        var given = Numbers(question);
        double? last = null;
        foreach (var (left, operation, right) in _steps)
        {
            if (Value(left, last, given) is not { } a || Value(right, last, given) is not { } b) return null;
            last = operation switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => b == 0 ? null : a / b };
        }

        return last;
    }

    // The result of the step before first; else the first number of the question that no step has taken.
    private static Operand? Source(double value, double? last, IReadOnlyList<double> given, HashSet<int> used)
    {
        if (last == value) return new Operand(null);
        for (var place = 0; place < given.Count; place++)
            if (given[place] == value && used.Add(place)) return new Operand(place);
        return null;
    }

    private static double? Value(Operand operand, double? last, IReadOnlyList<double> given) =>
        operand.Place is not { } place ? last : place < given.Count ? given[place] : null;

    private static List<double> Numbers(string text) => [.. Words(text).Select(Number).OfType<double>()];

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static double? Number(string word) => double.TryParse(word.TrimEnd('.', ','), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>A number of the question by its place, or the result of the step before.</summary>
    private readonly record struct Operand(int? Place);
}
