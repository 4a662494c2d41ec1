namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Compares a model's final answer with a gold answer by exact arithmetic: integers, decimals, fractions, radicals, multiples of pi,
/// polynomials and rational functions, sets, tuples, intervals, unions, named values, equations, units. A wrong accept is worse than a
/// miss: nothing is rounded, and what is not understood is <c>null</c>.
/// </summary>
public static class AnswerEquivalence
{
    /// <summary>Compares.</summary>
    /// <param name="gold">The right answer, in LaTeX or plain notation, dollars or not.</param>
    /// <param name="answer">The model's text: the last <c>\boxed{}</c>, what follows "the answer is", or a bare answer.</param>
    public static AnswerVerdict Compare(string gold, string answer)
    {
        var right = AnswerReader.Read(gold) ?? (AnswerExtractor.Find(gold) is { } found ? AnswerReader.Read(found) : null);
        var said = AnswerExtractor.Find(answer);
        var value = said is null ? null : AnswerReader.Read(said);
        if (right is null) return new(null, null, value?.ToString(), $"the gold answer '{Shorten(gold)}' is not understood");
        if (value is null) return new(null, right.ToString(), null, said is null ? "no final answer was found" : $"the answer '{Shorten(said)}' is not understood");
        bool? same;
        try
        {
            same = Same(right, value);
        }
        catch (FormatException error)
        {
            return new(null, right.ToString(), value.ToString(), error.Message);
        }

        return new(same, right.ToString(), value.ToString(), same switch { true => "equal", false => "different", null => "they cannot be compared: a unit or the kind of brackets differs" });
    }

    private static bool? Same(MathValue gold, MathValue answer) => (gold, answer) switch
    {
        (MathValue.Named a, MathValue.Named b) when a.Name != b.Name => false,
        (MathValue.Named a, MathValue.Named b) => Same(a.Value, b.Value),
        (MathValue.Named a, _) => Same(a.Value, answer),
        (_, MathValue.Named b) => Same(gold, b.Value),
        (MathValue.Expression a, MathValue.Expression b) => SameExpression(a, b),
        (MathValue.Several { Ordered: false, Items.Count: 1 } a, MathValue.Expression b) => Same(a.Items[0], b),
        (MathValue.Expression a, MathValue.Several { Ordered: false, Items.Count: 1 } b) => Same(a, b.Items[0]),
        (MathValue.Several a, MathValue.Several b) => SameSeveral(a, b),
        (MathValue.Equation a, MathValue.Equation b) => a.Difference.ProportionalTo(b.Difference),
        (MathValue.Phrase a, MathValue.Phrase b) => a.Text == b.Text,
        _ => false,
    };

    private static bool? SameExpression(MathValue.Expression gold, MathValue.Expression answer)
    {
        var equal = gold.Value.SameAs(answer.Value);
        if (gold.Unit == answer.Unit) return equal;
        if (gold.Unit == "%" || answer.Unit == "%")
        {
            // 12 % is 0.12. Whether a bare 12 is meant in percent is known only from the question.
            if (gold.Unit is not (null or "%") || answer.Unit is not (null or "%")) return null;
            var (percent, bare) = gold.Unit == "%" ? (gold.Value, answer.Value) : (answer.Value, gold.Value);
            if ((percent / ExactValue.Of(100)).SameAs(bare)) return true;
            return equal ? null : false;
        }

        return equal ? gold.Unit is null || answer.Unit is null ? true : null : gold.Unit is null || answer.Unit is null ? false : null;
    }

    private static bool? SameSeveral(MathValue.Several gold, MathValue.Several answer)
    {
        if (gold.Ordered != answer.Ordered) return null;
        if (gold.Ordered)
        {
            if ((gold.Open, gold.Close) != (answer.Open, answer.Close) || gold.Items.Count != answer.Items.Count) return false;
            return All(gold.Items.Zip(answer.Items, Same));
        }

        if (gold.Open.StartsWith("union", StringComparison.Ordinal) != answer.Open.StartsWith("union", StringComparison.Ordinal)) return null;
        var there = All(gold.Items.Select(g => Any(answer.Items.Select(a => Same(g, a)))));
        var back = All(answer.Items.Select(a => Any(gold.Items.Select(g => Same(g, a)))));
        return All([there, back]);
    }

    private static bool? All(IEnumerable<bool?> parts)
    {
        var list = parts.ToList();
        return list.Contains(false) ? false : list.Contains(null) ? null : true;
    }

    private static bool? Any(IEnumerable<bool?> parts)
    {
        var list = parts.ToList();
        return list.Contains(true) ? true : list.Contains(null) ? null : false;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
