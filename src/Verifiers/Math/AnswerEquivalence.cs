namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Compares a model's final answer with a gold answer by exact arithmetic: integers, decimals, fractions, radicals, multiples of pi,
/// polynomials and rational functions, logarithms, sets, tuples, matrices, intervals, inequalities, named values, equations, units. A wrong
/// accept is worse than a
/// miss: nothing is rounded, and what is not understood is <c>null</c>.
/// </summary>
public static class AnswerEquivalence
{
    /// <summary>Longest response that is read, in characters. What is longer is not cut, which could change its answer, but not understood.</summary>
    public const int LongestResponse = 200_000;

    /// <summary>Compares, in a number of steps that is limited and a time that grows with the length of the texts alone.</summary>
    /// <param name="gold">The right answer, in LaTeX or plain notation, dollars or not.</param>
    /// <param name="answer">The model's text: the last <c>\boxed{}</c>, what follows "the answer is", or a bare answer.</param>
    /// <param name="question">What was asked: its words are known in the sentence of an answer. May be left out.</param>
    public static AnswerVerdict Compare(string gold, string answer, string? question = null)
    {
        if (System.Math.Max(gold.Length, answer.Length) > LongestResponse)
            return new(null, Shorten(gold), null, Invariant($"it has {System.Math.Max(gold.Length, answer.Length)} characters, more than the {LongestResponse} that are read"));
        try
        {
            Work.Start();
            return Judge(gold, answer, question);
        }
        catch (WorkLimitException e)
        {
            return new(null, Shorten(gold), null, e.Message);
        }
    }

    private static AnswerVerdict Judge(string gold, string answer, string? question)
    {
        var goldText = gold;
        var right = gold.Contains("\\boxed", StringComparison.Ordinal) ? null : AnswerReader.Read(gold, trusted: true);
        if (right is null && AnswerExtractor.Find(gold, trusted: true) is { } found) (goldText, right) = (found.Text, AnswerReader.Read(found.Text, trusted: true));
        if (AnswerExtractor.Find(answer, question: question) is not { } said)
            return right is null ? Unread(gold, null) : new(null, right.ToString(), null, "no final answer was found");
        var value = AnswerReader.Read(said.Text);
        if (said.Others.FirstOrDefault(o => Differs(o, right, gold, goldText)) is { } other)
            return new(null, right?.ToString(), value?.ToString(), $"the text answers '{Shorten(other.Text)}' as well");
        if (Identical(said.Text, gold, goldText))
            return new(true, right?.ToString() ?? Shorten(goldText), value?.ToString() ?? Shorten(said.Text), "identical");
        if (right is null) return Unread(gold, value);
        if (value is null) return new(null, right.ToString(), null, $"the answer '{Shorten(said.Text)}' is not understood");
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

    private static AnswerVerdict Unread(string gold, MathValue? value) =>
        new(null, null, value?.ToString(), $"the gold answer '{Shorten(gold)}' is not understood");

    // Whether a text's further answer is another one than the gold answer. Words, and what is not understood and not stated, say nothing.
    private static bool Differs(FurtherAnswer other, MathValue? gold, params string[] golds)
    {
        if (gold is null || Identical(other.Text, golds)) return false;
        if (AnswerReader.Read(other.Text) is not { } value) return other.Stated;
        if (value is MathValue.Phrase && gold is not MathValue.Phrase) return false;
        try
        {
            return Same(gold, value) != true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // A value without arithmetic here is still equal to itself.
    private static bool Identical(string said, params string[] golds) =>
        AnswerReader.Canonical(said) is { Length: > 0 } canonical && canonical.Any(char.IsLetterOrDigit)
            && golds.Any(g => AnswerReader.Canonical(g) == canonical);

    private static bool? Same(MathValue gold, MathValue answer)
    {
        Work.Spend(1);
        return SameKinds(gold, answer);
    }

    private static bool? SameKinds(MathValue gold, MathValue answer) => (gold, answer) switch
    {
        (MathValue.Choice a, MathValue.Choice b) => char.ToUpperInvariant(a.Letter) == char.ToUpperInvariant(b.Letter),
        (MathValue.Choice a, MathValue.Expression b) =>
            b.Value.ToString().Equals(a.Letter.ToString(), StringComparison.OrdinalIgnoreCase)
                || (a.Value is not null && Same(a.Value, b) == true),
        (MathValue.Expression a, MathValue.Choice b) when a.Value.ToString()
            .Equals(b.Letter.ToString(), StringComparison.OrdinalIgnoreCase) =>
            true,
        (_, MathValue.Choice b) => b.Value is null ? false : Same(gold, b.Value),
        (MathValue.Choice a, _) => a.Value is null ? false : Same(a.Value, answer),
        (MathValue.Solution a, MathValue.Solution b) => a.Name == b.Name ? Same(a.Set, b.Set) : false,
        (MathValue.Solution a, MathValue.Named b) => a.Name == b.Name ? Same(a.Set, new MathValue.Several("{", "}", [b.Value])) : false,
        (MathValue.Named a, MathValue.Solution b) => a.Name == b.Name ? Same(new MathValue.Several("{", "}", [a.Value]), b.Set) : false,
        (MathValue.Solution a, MathValue.Several b) => Same(a.Set, Nameless(b, a.Name)),
        (MathValue.Several a, MathValue.Solution b) => Same(Nameless(a, b.Name), b.Set),
        (MathValue.Named { Value: MathValue.Several { Ordered: false } several } a, _) =>
            Same(several with { Items = [.. several.Items.Select(i => new MathValue.Named(a.Name, i))] }, answer),
        (_, MathValue.Named { Value: MathValue.Several { Ordered: false } several } b) =>
            Same(gold, several with { Items = [.. several.Items.Select(i => new MathValue.Named(b.Name, i))] }),
        (MathValue.Rounded a, _) => Either(Same(a.Exact, answer), Same(a.Decimals, answer)),
        (_, MathValue.Rounded b) => Either(Same(gold, b.Exact), Same(gold, new MathValue.About(b.Decimals))),
        (MathValue.Named a, MathValue.Named b) when IsGraph(a.Name, b.Name) || IsGraph(b.Name, a.Name) => Same(a.Value, b.Value),
        (MathValue.Named a, MathValue.Named b) when a.Name != b.Name && a.Name.Length > 0 && b.Name.Length > 0 => SameEquations(a, b),
        (MathValue.Named a, MathValue.Named b) => Same(a.Value, b.Value),
        (MathValue.Equation a, MathValue.Named { Value: MathValue.Expression b } n) when n.Symbol is { } symbol =>
            a.Difference.ProportionalTo(symbol - b.Value),
        (MathValue.Named { Value: MathValue.Expression a } n, MathValue.Equation b) when n.Symbol is { } symbol =>
            (symbol - a.Value).ProportionalTo(b.Difference),
        (MathValue.Several { Ordered: false } a, MathValue.Named b) => SameSeveral(a, new("", "", [b])),
        (MathValue.Named a, MathValue.Several { Ordered: false } b) => SameSeveral(new("", "", [a]), b),
        (MathValue.Named a, _) => Same(a.Value, answer),
        (_, MathValue.Named b) => Same(gold, b.Value),
        (MathValue.Comma a, MathValue.Comma b) => Same(a.List, b.List),
        (MathValue.Comma a, MathValue.Expression b) => Either(Same(a.Number, b), Same(a.List, b)),
        (MathValue.Comma a, _) => Same(a.List, answer),
        (MathValue.Expression a, MathValue.Comma b) => Either(Same(a, b.Number), Same(a, b.List)),
        (_, MathValue.Comma b) => Same(gold, b.List),
        (MathValue.Letters a, MathValue.Letters b) => a.Text == b.Text,
        (MathValue.Letters a, MathValue.Expression { Unit: null } b) => a.Text.Distinct().Count() == a.Text.Length && a.Product.SameAs(b.Value),
        (MathValue.Expression { Unit: null } a, MathValue.Letters b) => b.Text.Distinct().Count() == b.Text.Length && a.Value.SameAs(b.Product),
        (MathValue.Letters a, MathValue.Phrase b) => a.Text.Equals(b.Text, StringComparison.OrdinalIgnoreCase),
        (MathValue.Phrase a, MathValue.Letters b) => a.Text.Equals(b.Text, StringComparison.OrdinalIgnoreCase),
        (MathValue.Expression a, MathValue.About b) => Digits.AreDecimals(a.Value) ? SameExpression(a, b.Number) : null,
        (_, MathValue.About) => null,
        (MathValue.Expression a, MathValue.Expression b) => SameExpression(a, b),
        (MathValue.Several { Ordered: false, Items.Count: > 0 } a, MathValue.Expression b) when IsOne(a) => All(a.Items.Select(i => Same(i, b))),
        (MathValue.Expression a, MathValue.Several { Ordered: false, Items.Count: > 0 } b) when IsOne(b) => All(b.Items.Select(i => Same(a, i))),
        (MathValue.Several a, MathValue.Several b) => SameSeveral(a, b),
        (MathValue.Equation a, MathValue.Equation b) => a.Difference.ProportionalTo(b.Difference),
        (MathValue.Relation a, MathValue.Relation b) => a.Operator == b.Operator
            && (a.Operator == '\u2260' ? a.Difference.ProportionalTo(b.Difference) : a.Difference.PositivelyProportionalTo(b.Difference)),
        (MathValue.Phrase a, MathValue.Phrase b) => a.Text == b.Text,
        (MathValue.Cases a, MathValue.Cases b) => a.Rows.Count == b.Rows.Count && a.Rows.All(x => b.Rows.Count(y => SameCase(x, y)) == 1),
        (MathValue.Matrix a, MathValue.Matrix b) => SameMatrix(a, b),
        (MathValue.Matrix a, MathValue.Several { Ordered: true, Open: "(", Close: ")" } b) => SameVector(a, b),
        (MathValue.Several { Ordered: true, Open: "(", Close: ")" } a, MathValue.Matrix b) => SameVector(b, a),
        (MathValue.Ratio a, MathValue.Ratio b) => SameRatio(a, b),
        (MathValue.Clock a, MathValue.Clock b) => SameClock(a, b),
        (MathValue.Ratio a, MathValue.Clock { Half: null } b) => SameRatio(a, new([ExactValue.Of(b.Hour), ExactValue.Of(b.Minute)])),
        (MathValue.Clock { Half: null } a, MathValue.Ratio b) => SameRatio(new([ExactValue.Of(a.Hour), ExactValue.Of(a.Minute)]), b),
        (MathValue.Ratio, MathValue.Expression) or (MathValue.Expression, MathValue.Ratio) => null,
        (MathValue.Based a, MathValue.Based b) =>
            a.Base == b.Base && a.Digits.TrimStart('0').Equals(b.Digits.TrimStart('0'), StringComparison.OrdinalIgnoreCase),
        (MathValue.Based, MathValue.Expression) or (MathValue.Expression, MathValue.Based) => null,
        (MathValue.Congruence a, MathValue.Congruence b) => a.Modulus == b.Modulus && a.Residue == b.Residue && (a.Left is null || b.Left is null || a.Left.SameAs(b.Left)),
        (MathValue.Congruence, MathValue.Expression) or (MathValue.Expression, MathValue.Congruence) => null,
        _ => false,
    };

    // {5}, and "15 39/40, or 639/40".
    private static bool IsOne(MathValue.Several several) => several.Items.Count == 1 || (several.Open.Length == 0 && several.Items.Skip(1).All(i => Same(several.Items[0], i) == true));

    private static bool? Either(bool? a, bool? b) => a == true || b == true ? true : a is null || b is null ? null : false;

    // y = 3x + 2 is the graph of f(x) = 3x + 2.
    private static bool IsGraph(string y, string function) => y == "y" && function.Length == 4 && function.EndsWith("(x)", StringComparison.Ordinal);

    // x = 5 - y and y = 5 - x are one equation; x = 3 and y = 3 are not.
    private static bool? SameEquations(MathValue.Named gold, MathValue.Named answer) =>
        gold is { Symbol: { } a, Value: MathValue.Expression { Unit: null } x } && answer is { Symbol: { } b, Value: MathValue.Expression { Unit: null } y }
            && (a - x.Value).ProportionalTo(b - y.Value);

    private static bool SameCase(MathValue.Case gold, MathValue.Case answer) =>
        (gold.Words == answer.Words || (gold.Condition is { } a && answer.Condition is { } b && Same(a, b) == true)) && Same(gold.Value, answer.Value) == true;

    private static MathValue Nameless(MathValue.Several several, string name) =>
        several.Items.Any(i => i is MathValue.Named) ? several with { Open = "{", Close = "}", Items = [.. several.Items.Select(i => i is MathValue.Named n && n.Name == name ? n.Value : i)] } : several;

    private static bool? SameMatrix(MathValue.Matrix gold, MathValue.Matrix answer) =>
        gold.Rows.Count == answer.Rows.Count && gold.Rows.Zip(answer.Rows)
            .All(r => r.First.Count == r.Second.Count && r.First.Zip(r.Second).All(v => v.First.SameAs(v.Second)));

    private static bool? SameVector(MathValue.Matrix matrix, MathValue.Several tuple)
    {
        IReadOnlyList<ExactValue>? entries = matrix.Rows.Count == 1 ? matrix.Rows[0] : matrix.Rows.All(r => r.Count == 1) ? [.. matrix.Rows.Select(r => r[0])] : null;
        return entries is not null && entries.Count == tuple.Items.Count
            && entries.Zip(tuple.Items).All(p => p.Second is MathValue.Expression e && e.Unit is null && e.Value.SameAs(p.First));
    }

    private static bool? SameRatio(MathValue.Ratio gold, MathValue.Ratio answer) =>
        gold.Parts.Count == answer.Parts.Count && gold.Parts.All(p => p.IsZero) == answer.Parts.All(p => p.IsZero)
        && gold.Parts.Zip(answer.Parts).All(p => (p.First * answer.Parts[0]).SameAs(p.Second * gold.Parts[0]) && (p.First * answer.Parts[^1]).SameAs(p.Second * gold.Parts[^1]) && p.First.IsZero == p.Second.IsZero);

    // 2:30 may be in the morning or not; 14:30 is 2:30 pm.
    private static bool? SameClock(MathValue.Clock gold, MathValue.Clock answer)
    {
        if (gold.Minute != answer.Minute || gold.Hour % 12 != answer.Hour % 12) return false;
        int? Hour(MathValue.Clock c) =>
            c.Half switch { "am" => c.Hour % 12, "pm" => (c.Hour % 12) + 12, _ => c.Hour is 0 or > 12 ? c.Hour : null };
        if (Hour(gold) is { } a && Hour(answer) is { } b) return a == b;
        return gold.Half is null && answer.Half is null ? gold.Hour == answer.Hour : null;
    }

    private static bool? SameExpression(MathValue.Expression gold, MathValue.Expression answer)
    {
        var equal = gold.Value.SameAs(answer.Value) || Digits.IsPrinted(gold.Value, answer.Value);
        if (gold.Unit == answer.Unit) return equal;
        if (gold.Unit == Units.PercentOutside) return Either(SameExpression(gold with { Unit = null }, answer), SameExpression(gold with { Unit = "%" }, answer));
        if (answer.Unit == Units.PercentOutside) return Either(SameExpression(gold, answer with { Unit = null }), SameExpression(gold, answer with { Unit = "%" }));
        if (gold.Unit == "%" || answer.Unit == "%")
        {
            // 12 % is 0.12. Whether a bare 12 means percent is known only from the question.
            if (gold.Unit is not (null or "%") || answer.Unit is not (null or "%")) return null;
            var (percent, bare) = gold.Unit == "%" ? (gold.Value, answer.Value) : (answer.Value, gold.Value);
            if ((percent / ExactValue.Of(100)).SameAs(bare)) return true;
            return equal ? null : false;
        }

        return equal ? gold.Unit is null || answer.Unit is null ? true : null : gold.Unit is null || answer.Unit is null ? false : null;
    }

    private static bool? SameSeveral(MathValue.Several gold, MathValue.Several answer)
    {
        if (gold.Ordered != answer.Ordered) return SameNames(gold, answer) ?? SameNames(answer, gold);
        if (gold.Ordered)
        {
            if ((gold.Open, gold.Close) != (answer.Open, answer.Close) || gold.Items.Count != answer.Items.Count) return false;
            return All(gold.Items.Zip(answer.Items, Same));
        }

        if (!HasSubscripts(gold) && WithoutSubscripts(answer) is { } roots) return SameSeveral(gold, roots);
        if (gold.Ordered is false && SameNames(gold, answer) is { } names) return names;
        if (SameNames(answer, gold) is { } back0) return back0;
        if (gold.Open.StartsWith("union", StringComparison.Ordinal) != answer.Open.StartsWith("union", StringComparison.Ordinal))
            return null;
        if (gold.Open == Relations.All != (answer.Open == Relations.All)) return false;
        if (gold.Open.Length == 0 && answer.Items.Count < gold.Items.Count) return false; // "2, 2, 3" is not "2, 3"
        var there = All(gold.Items.Select(g => Any(answer.Items.Select(a => Same(g, a)))));
        var back = All(answer.Items.Select(a => Any(gold.Items.Select(g => Same(g, a)))));
        return All([there, back]);
    }

    // x_1 = 2, x_2 = 3 are roots in any order, where the gold answer does not number them.
    private static MathValue.Several? WithoutSubscripts(MathValue.Several roots)
    {
        var names = roots.Items.OfType<MathValue.Named>().Select(n => n.Name).ToList();
        return names.Count > 1 && names.Count == roots.Items.Count && names.TrueForAll(n => n.Length == 3 && n[1] == '_' && n[0] == names[0][0] && char.IsAsciiDigit(n[2])) && names.Distinct().Count() == names.Count
            ? roots with { Items = [.. roots.Items.Select(i => ((MathValue.Named)i) with { Name = names[0][..1], Symbol = null })] }
            : null;
    }

    private static bool HasSubscripts(MathValue.Several several) => several.Items.Any(i => i is MathValue.Named { Name: var name } && name.Contains('_', StringComparison.Ordinal));

    // "x = 2, y = 3" and "2, 3" or "(2, 3)": by position, when the names differ and come in alphabetical order, or in the order in which
    // they are written when they are far apart in the alphabet; null otherwise.
    private static bool? SameNames(MathValue.Several named, MathValue.Several bare)
    {
        var names = named.Items.OfType<MathValue.Named>().Select(n => n.Name).ToList();
        if (names.Count != named.Items.Count || names.Distinct().Count() < 2 || bare.Items.Any(i => i is MathValue.Named)) return null;
        if (names.Distinct().Count() != names.Count || !IsOrdered(names, bare.Ordered) || (bare.Ordered && (bare.Open, bare.Close) != ("(", ")"))) return false;
        return names.Count == bare.Items.Count && All(named.Items.Zip(bare.Items, (n, b) => Same(((MathValue.Named)n).Value, b))) == true;
    }

    private static bool IsOrdered(List<string> names, bool tuple) =>
        names.SequenceEqual(names.Order(StringComparer.Ordinal)) || (!tuple && names.Zip(names.Skip(1)).All(n => System.Math.Abs(n.First[0] - n.Second[0]) > 3));

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
