using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads what is joined by = and ≈: named values, one value written several ways, approximations, equations.</summary>
internal static class Chains
{
    /// <summary>The value of the text; null where it has neither sign.</summary>
    /// <param name="s">Text in one spelling.</param>
    /// <param name="read">Reads a part.</param>
    /// <param name="trusted">A gold text: a chain that does not hold is its last side and not a contradiction.</param>
    public static MathValue? Read(string s, Func<string, MathValue> read, bool trusted)
    {
        if (AnswerReader.Split(s, '\u2248') is { Count: > 1 } approximation) return Approximation(approximation, read, trusted);
        var sides = AnswerReader.Split(s, '=');
        if (sides.Count < 2) return null;
        var first = LetterInText.Replace(AnswerReader.Unwrap(sides[0]), "$1");
        if (Names.Of(first) is { } name) return Named(name, sides.Count == 2 ? read(sides[1]) : Chain(sides[1..], read, trusted));
        // (x, y) = (1, 2)
        if (sides.Count == 2 && AnswerReader.TupleOfNames.IsMatch(first) && read(sides[1]) is MathValue.Several tuple) return Pairs(AnswerReader.Split(first[1..^1], ','), tuple);
        if (sides.Count > 2 || sides.TrueForAll(IsNumber)) return Chain(sides, read, trusted);
        if (IsNumber(first) && Names.Variable.IsMatch(sides[1].Trim())) return Named(sides[1].Trim(), read(first)); // 5 = x
        return new MathValue.Equation(LatexParser.Parse(sides[0]) - LatexParser.Parse(sides[1]));
    }

    private static MathValue.Named Named(string name, MathValue value)
    {
        // W(n) = 1 says the same as W(x) = 1.
        if (name.Length == 4 && name[1] == '(' && value is MathValue.Expression { Value: var v } && v.Approximate() is not null) name = name[..2] + ")";
        return new(name, value) { Symbol = Names.Symbol(name) };
    }

    private static MathValue Pairs(List<string> names, MathValue.Several tuple)
    {
        if (tuple is { Open: "(", Close: ")" } && names.Count == tuple.Items.Count)
            return new MathValue.Several("", "", [.. names.Zip(tuple.Items, (n, v) => Named(n.Trim(), v))]);
        if (tuple is { Ordered: false } && tuple.Items.All(i => i is MathValue.Several { Open: "(" } t && t.Items.Count == names.Count)) return tuple; // (x, y) = (1, 2) or (3, 4)
        throw new FormatException("names and values of different numbers");
    }

    // 3 + 4 = 7: one value written several ways. A chain that does not hold has no value.
    private static MathValue Chain(List<string> sides, Func<string, MathValue> read, bool trusted)
    {
        try
        {
            var values = sides.ConvertAll(side => read(side));
            if (values[^1] is MathValue.Expression last && values.TrueForAll(v => v is MathValue.Expression e && e.Value.SameAs(last.Value)))
                return new MathValue.Expression(last.Value, Units.Common(values.Cast<MathValue.Expression>()));
            if (values[^1] is MathValue.Rounded rounded && values.TrueForAll(v => v == values[^1] || (v is MathValue.Expression e && e.Value.SameAs(rounded.Exact.Value)))) return rounded;
        }
        catch (FormatException) when (trusted)
        {
            // The last side decides.
        }

        return trusted ? read(sides[^1]) : throw new FormatException("a chain of equations that does not hold");
    }

    // 70/9 ≈ 7.78 is the exact value, and its rounded one where it is rounded well; x ≈ 7.78 is all that is said.
    private static MathValue Approximation(List<string> sides, Func<string, MathValue> read, bool trusted)
    {
        var first = AnswerReader.Unwrap(sides[0]);
        if (Names.Of(first) is { } name)
            return sides.Count == 2 ? Named(name, read(sides[1])) : throw new FormatException("several approximations of a name");
        var exact = read(sides[0]);
        var value = exact is MathValue.Named named ? named.Value : exact;
        if (sides.Count != 2 || value is not MathValue.Expression e || read(sides[1]) is not MathValue.Expression { Value.Constant: { } decimals } rounded) return exact;
        if (!trusted && rounded.Unit == e.Unit && Digits.IsFar(e.Value, decimals)) throw new FormatException("an approximation of another number");
        if (!Digits.IsRounded(e.Value, decimals)) return exact;
        value = new MathValue.Rounded(e, rounded);
        return exact is MathValue.Named n ? n with { Value = value } : value;
    }

    /// <summary>≈ 3.14: near a number, and not sure to be it.</summary>
    public static MathValue About(MathValue value) =>
        value is MathValue.Expression near ? new MathValue.About(near) : throw new FormatException("an approximation of something other than a number");

    private static bool IsNumber(string side)
    {
        try
        {
            return Units.Read(AnswerReader.Unwrap(side)).Value.Approximate() is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Regex LetterInText => field ??= Pattern.Of(@"^\u00ab([a-zA-Z])\u00bb$");
}
