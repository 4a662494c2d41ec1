using System.Collections.Concurrent;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Sine, cosine and what is made of them: exact at the angles of the regular polygons with 3, 4, 5, 6, 8, 10, 12 and 24 corners; elsewhere
/// symbols, with tangent, cotangent, secant and cosecant as their quotients.
/// </summary>
internal static class Trigonometry
{
    // Cosines of the angles between 0 and a quarter turn, in half turns (π). Sources: half and sum of the angles of the polygons.
    private static readonly (Rational Angle, string Cosine)[] Known =
    [
        (0, "1"), (new(1, 12), "\\frac{\\sqrt{6}+\\sqrt{2}}{4}"), (new(1, 10), "\\frac{\\sqrt{10+2\\sqrt{5}}}{4}"),
        (new(1, 8), "\\frac{\\sqrt{2+\\sqrt{2}}}{2}"), (new(1, 6), "\\frac{\\sqrt{3}}{2}"), (new(1, 5), "\\frac{1+\\sqrt{5}}{4}"),
        (new(1, 4), "\\frac{\\sqrt{2}}{2}"), (new(3, 10), "\\frac{\\sqrt{10-2\\sqrt{5}}}{4}"), (new(1, 3), "\\frac{1}{2}"),
        (new(3, 8), "\\frac{\\sqrt{2-\\sqrt{2}}}{2}"), (new(2, 5), "\\frac{\\sqrt{5}-1}{4}"), (new(5, 12), "\\frac{\\sqrt{6}-\\sqrt{2}}{4}"), (new(1, 2), "0"),
    ];

    private static readonly ConcurrentDictionary<Rational, ExactValue> Cosines = new();

    /// <summary>A function of this room at an argument.</summary>
    public static ExactValue Apply(string name, ExactValue argument) => name switch
    {
        "sin" => Sine(argument),
        "cos" => Cosine(argument),
        "tan" => Sine(argument) / Cosine(argument),
        "cot" => Cosine(argument) / Sine(argument),
        "sec" => ExactValue.Of(1) / Cosine(argument),
        "csc" => ExactValue.Of(1) / Sine(argument),
        _ => Inverse(name, argument),
    };

    /// <summary>The angle in half turns where it is a rational multiple of π; else null.</summary>
    public static Rational? InHalfTurns(ExactValue angle) => (angle / ExactValue.Of("pi")).Constant;

    private static ExactValue Sine(ExactValue argument)
    {
        if (InHalfTurns(argument) is { } angle) return CosineOf(new Rational(1, 2) - angle);
        return argument.LeadingSign < 0 ? ExactValue.Of(-1) * ExactValue.Of($"sin({ExactValue.Of(-1) * argument})") : ExactValue.Of($"sin({argument})");
    }

    private static ExactValue Cosine(ExactValue argument)
    {
        if (InHalfTurns(argument) is { } angle) return CosineOf(angle);
        return ExactValue.Of($"cos({(argument.LeadingSign < 0 ? ExactValue.Of(-1) * argument : argument)})");
    }

    // The cosine of half turns: cos is even, of period 2, and cos(1 - a) = -cos a.
    private static ExactValue CosineOf(Rational angle)
    {
        angle -= (angle / 2).Floor() * (Rational)2;
        if (angle.CompareTo(1) > 0) angle = 2 - angle;
        var negative = angle.CompareTo(new Rational(1, 2)) > 0;
        if (negative) angle = 1 - angle;
        var cosine = Exact(angle) ?? ExactValue.Of($"cos({angle}*pi)");
        return negative ? ExactValue.Of(-1) * cosine : cosine;
    }

    private static ExactValue? Exact(Rational angle)
    {
        foreach (var (known, cosine) in Known)
            if (known == angle) return Cosines.GetOrAdd(angle, _ => Work.Uncounted(() => LatexParser.Parse(cosine)));
        return null;
    }

    // The angle whose sine, cosine or tangent the value is: one of the known ones, else a symbol.
    private static ExactValue Inverse(string name, ExactValue value)
    {
        foreach (var (angle, _) in Known)
            foreach (var turned in name == "arccos" ? new[] { angle, 1 - angle } : [angle, -angle])
            {
                if (name == "arctan" && angle == new Rational(1, 2)) continue;
                var at = ExactValue.Of(turned) * ExactValue.Of("pi");
                if (Apply(name[3..], at).SameAs(value)) return at;
            }

        return ExactValue.Of($"{name}({value})");
    }
}
