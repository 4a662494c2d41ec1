using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Functions whose exact values are known; what has none is an opaque symbol with a canonical argument, equal only to itself.
/// </summary>
internal static class ExactFunctions
{
    private const int LargestBinomial = 2000;
    private const double CertainlyNotZero = 1e-9; // far above the rounding of a short sum of doubles

    /// <summary>A named function of one argument.</summary>
    /// <param name="name">Name without its backslash.</param>
    /// <param name="logBase">Base of a logarithm; <c>null</c> for the bare name.</param>
    /// <param name="argument">Argument.</param>
    public static ExactValue Apply(string name, ExactValue? logBase, ExactValue argument) => name switch
    {
        "exp" => ExactValue.Of("e").Power(argument),
        "ln" => Logarithm("ln", argument),
        "lg" => Logarithm("ln", argument) / Logarithm("ln", ExactValue.Of(10)),
        "log" when logBase is not null => Logarithm("ln", argument) / Logarithm("ln", logBase),
        "log" => ExactValue.Of("unit of log") * Logarithm("ln", argument), // base 10 or e: only what holds for any base
        "sin" or "cos" or "tan" or "cot" or "sec" or "csc" or "arcsin" or "arccos" or "arctan" => Trigonometry.Apply(name, argument),
        _ => ExactValue.Of($"{name}({argument})"),
    };

    public static ExactValue Absolute(ExactValue value)
    {
        if (value.IsZero) return value;
        if (value.Approximate() is { } number && double.IsFinite(number) && System.Math.Abs(number) > CertainlyNotZero)
            return number > 0 ? value : ExactValue.Of(-1) * value;
        return ExactValue.Of($"abs({(value.LeadingSign < 0 ? ExactValue.Of(-1) * value : value)})");
    }

    public static ExactValue Floor(ExactValue value) =>
        value.Constant is { } c ? ExactValue.Of(c.Floor()) : ExactValue.Of($"floor({value})");

    public static ExactValue Ceiling(ExactValue value) =>
        value.Constant is { } c ? ExactValue.Of(-(-c).Floor()) : ExactValue.Of($"ceil({value})");

    public static ExactValue Binomial(ExactValue n, ExactValue k)
    {
        if (n.Constant is not { IsInteger: true, Sign: >= 0 } above || k.Constant is not { IsInteger: true } below)
            return ExactValue.Of($"binom({n},{k})");
        if (above.Numerator > LargestBinomial) throw new FormatException("a binomial coefficient of a large number");
        if (below.Sign < 0 || below.Numerator > above.Numerator) return ExactValue.Of(0);
        BigInteger product = 1;
        for (BigInteger i = 1; i <= below.Numerator; i++) product = product * (above.Numerator - below.Numerator + i) / i;
        return ExactValue.Of(product);
    }

    // log(2^a 3^b e^c) = a log 2 + b log 3 + c log e; logarithms of different primes are linearly independent over the rationals.
    private static ExactValue Logarithm(string name, ExactValue argument)
    {
        if (argument.IsZero) throw new FormatException("the logarithm of zero");
        if (argument.Single is not { Coefficient.Sign: > 0 } single) return ExactValue.Of($"{name}({argument})");
        var (exponent, rest) = single.Monomial.Take("e");
        if (rest.Key.Length > 0) return Root(name, argument);
        return ExactValue.Of(exponent) + Primes(name, single.Coefficient.Numerator, 1) + Primes(name, single.Coefficient.Denominator, -1);
    }

    private static ExactValue Root(string name, ExactValue argument)
    {
        for (var degree = 2; degree <= 6; degree++)
            if (argument.Power(ExactValue.Of(degree)) is { Constant.Sign: > 0 } power)
                return Logarithm(name, power) / ExactValue.Of(degree);
        return ExactValue.Of($"{name}({argument})");
    }

    private static ExactValue Primes(string name, BigInteger n, int sign)
    {
        var sum = ExactValue.Of(0);
        for (BigInteger p = 2; !n.IsOne; p += p == 2 ? 1 : 2)
        {
            Work.Spend(1);
            if (p > 100_000) return sum + (ExactValue.Of(sign) * ExactValue.Of($"{name}({n})")); // one factor without small primes
            if (p * p > n) p = n;
            while ((n % p).IsZero)
            {
                n /= p;
                sum += ExactValue.Of(sign) * ExactValue.Of($"{name}({p})");
            }
        }

        return sum;
    }
}
