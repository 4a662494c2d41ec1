using System.Globalization;
using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>Decimal digits of exact values.</summary>
internal static class Digits
{
    /// <summary>Digits that a double keeps; a value printed with them stands for the exact one.</summary>
    private const int OfDouble = 15;

    private const double Margin = 1e-15; // relative, of a short sum of doubles

    /// <summary>Whether decimals are the value rounded at their last place.</summary>
    public static bool IsRounded(ExactValue exact, Rational decimals)
    {
        if (Places(decimals) is not { } places) return false;
        var half = new Rational(1, 2 * BigInteger.Pow(10, places));
        if (exact.Constant is { } rational) return Within(rational - decimals, half);
        return exact.Approximate() is { } number && double.IsFinite(number) && System.Math.Abs(number - decimals.Approximate()) <= half.Approximate() * 1.000001;
    }

    /// <summary>Whether a value has decimals, and an end to them: it may be a rounded one.</summary>
    public static bool AreDecimals(ExactValue value) => value.Constant is { IsInteger: false } number && Places(number) is not null;

    /// <summary>
    /// Whether decimals are not even the value cut off: more than one of their last place away, and of a whole number one that is not rounded to tens.
    /// </summary>
    public static bool IsFar(ExactValue exact, Rational decimals)
    {
        if (Places(decimals) is not { } places) return false;
        if (exact.Constant is { IsInteger: true } whole && decimals.IsInteger) return BigInteger.Abs(whole.Numerator - decimals.Numerator) > (decimals.Numerator.IsZero ? 0 : Round(decimals.Numerator));
        return exact.Approximate() is { } number && double.IsFinite(number) && System.Math.Abs(number - decimals.Approximate()) > System.Math.Max(System.Math.Pow(10, -places) * 1.000001, System.Math.Abs(number) * 1e-12);
    }

    /// <summary>
    /// Whether one of two values is the other as a computer prints it: at least 15 digits, right to the last one, of a value that has no end.
    /// </summary>
    public static bool IsPrinted(ExactValue a, ExactValue b) => Prints(a, b) || Prints(b, a);

    // The power of ten that a whole number is rounded to; 0 where it ends in another digit.
    private static BigInteger Round(BigInteger number)
    {
        BigInteger unit = 1;
        while ((number % (unit * 10)).IsZero) unit *= 10;
        return unit.IsOne ? 0 : unit;
    }

    private static bool Prints(ExactValue printed, ExactValue exact)
    {
        if (printed.Constant is not { } decimals || Places(decimals) is not { } places || places == 0) return false;
        if (BigInteger.Abs(decimals.Numerator * BigInteger.Pow(10, places) / decimals.Denominator).ToString(CultureInfo.InvariantCulture).Length < OfDouble) return false;
        var unit = new Rational(1, BigInteger.Pow(10, places));
        if (exact.Constant is { } rational) return Places(rational) is null && Within(rational - decimals, unit);
        return exact.Approximate() is { } number && double.IsFinite(number)
            && System.Math.Abs(number - decimals.Approximate()) <= System.Math.Max(unit.Approximate(), Margin * System.Math.Abs(number));
    }

    private static bool Within(Rational difference, Rational limit) => new Rational(BigInteger.Abs(difference.Numerator), difference.Denominator).CompareTo(limit) <= 0;

    // The places after the point of a decimal that ends; null for 1/3.
    private static int? Places(Rational value)
    {
        var (rest, twos, fives) = (value.Denominator, 0, 0);
        while (rest.IsEven) (rest, twos) = (rest >> 1, twos + 1);
        while ((rest % 5).IsZero) (rest, fives) = (rest / 5, fives + 1);
        Work.Spend(twos + fives);
        return rest.IsOne ? System.Math.Max(twos, fives) : null;
    }
}
