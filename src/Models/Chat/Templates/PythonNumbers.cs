using System.Globalization;
using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Arithmetic of Python's numbers: whole numbers without bound (here up to a stated size), floor division, true division.</summary>
internal static class PythonNumbers
{
    public static bool IsNumber(object? value) => value is bool or BigInteger or double;

    public static bool IsWhole(object? value) => value is bool or BigInteger;

    public static BigInteger Whole(object value) => value is bool b ? (b ? 1 : 0) : (BigInteger)value;

    public static double Real(object value)
    {
        if (value is double d) return d;
        var real = (double)Whole(value);
        return double.IsFinite(real) ? real : throw new TemplateException("OverflowError: int too large to convert to float");
    }

    /// <summary>Order of two numbers; of a number that is not one, <see cref="int.MinValue"/>.</summary>
    public static int Compare(object one, object other)
    {
        if (IsWhole(one) && IsWhole(other)) return Whole(one).CompareTo(Whole(other));
        if (one is double a && other is double b) return Order(a, b);
        return one is double x ? -Order(Whole(other), x) : Order(Whole(one), (double)other);
    }

    private static int Order(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? int.MinValue : a.CompareTo(b);

    // Exact: a whole number beyond 2^53 is not the float next to it.
    private static int Order(BigInteger whole, double real)
    {
        if (double.IsNaN(real)) return int.MinValue;
        if (double.IsInfinity(real)) return real > 0 ? -1 : 1;
        var floor = new BigInteger(Math.Floor(real));
        return whole.CompareTo(floor) is not 0 and var order ? order : Math.Floor(real) < real ? -1 : 0;
    }

    public static object Calculate(string sign, object left, object right)
    {
        if (IsWhole(left) && IsWhole(right)) return Whole(sign, Whole(left), Whole(right));
        var (a, b) = (Real(left), Real(right));
        return sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => b == 0 ? throw DividedByZero("float division by zero") : a / b,
            "//" => b == 0 ? throw DividedByZero("float floor division by zero") : FloorOfQuotient(a, b),
            "%" => b == 0 ? throw DividedByZero("float modulo") : Modulo(a, b),
            _ => Power(a, b),
        };
    }

    private static object Whole(string sign, BigInteger a, BigInteger b) => sign switch
    {
        "+" => Bounded(a + b),
        "-" => Bounded(a - b),
        "*" => a.GetBitLength() + b.GetBitLength() > 2 * TemplateBudget.MaxBits ? throw TooLarge() : Bounded(a * b),
        "/" => b.IsZero ? throw DividedByZero("division by zero") : Quotient(a, b),
        "//" => b.IsZero ? throw DividedByZero("integer division or modulo by zero") : Floor(a, b),
        "%" => b.IsZero ? throw DividedByZero("integer modulo by zero") : a - Floor(a, b) * b,
        _ => b.Sign < 0 ? Power(Real(a), Real(b))
            : a.IsZero || a.IsOne || a == BigInteger.MinusOne ? (b.IsZero ? BigInteger.One : a.Sign < 0 && b.IsEven ? BigInteger.One : a)
            : b * a.GetBitLength() > TemplateBudget.MaxBits ? throw TooLarge() : BigInteger.Pow(a, (int)b),
    };

    private static object Quotient(BigInteger a, BigInteger b)
    {
        const int exact = 53;
        if (a.GetBitLength() <= exact && b.GetBitLength() <= exact) return (double)a / (double)b;
        return Real(a) / Real(b);
    }

    private static BigInteger Bounded(BigInteger value) => value.GetBitLength() <= TemplateBudget.MaxBits ? value : throw TooLarge();

    private static TemplateException TooLarge() => new(Invariant($"OverflowError: a whole number has more than {TemplateBudget.MaxBits} bits"));

    private static TemplateException DividedByZero(string message) => new("ZeroDivisionError: " + message);

    private static BigInteger Floor(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var rest);
        return !rest.IsZero && rest.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private static double Modulo(double a, double b)
    {
        var rest = a % b;
        if (rest == 0) return Math.CopySign(0, b);
        return rest < 0 != b < 0 ? rest + b : rest;
    }

    private static double FloorOfQuotient(double a, double b)
    {
        var quotient = (a - Modulo(a, b)) / b;
        if (quotient == 0) return Math.CopySign(0, a / b);
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static object Power(double a, double b)
    {
        if (a == 0 && b < 0) throw DividedByZero("0.0 cannot be raised to a negative power");
        if (a < 0 && b != Math.Floor(b)) throw TemplateException.Value("a negative number has no real power of a fraction");
        var power = Math.Pow(a, b);
        return double.IsInfinity(power) && double.IsFinite(a) && double.IsFinite(b) ? throw new TemplateException("OverflowError: result too large") : power;
    }

    /// <summary>Python's <c>round</c>: half to even, on the exact value.</summary>
    /// <param name="value">A finite number.</param>
    /// <param name="digits">Digits after the point, may be negative.</param>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits > 323) return value;
        if (digits < -308) return Math.CopySign(0, value);
        return double.Parse(Fixed(value, digits), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>A number with a fixed count of digits after the point, rounded half to even on the exact value.</summary>
    public static string Fixed(double value, int digits)
    {
        var (numerator, denominator) = Exact(value);
        var scaled = digits >= 0 ? numerator * BigInteger.Pow(10, digits) : numerator;
        var by = digits >= 0 ? denominator : denominator * BigInteger.Pow(10, -digits);
        var rounded = HalfEven(BigInteger.Abs(scaled), by);
        var text = digits < 0 ? rounded.ToString(CultureInfo.InvariantCulture) + (rounded.IsZero ? "" : new string('0', -digits))
            : rounded.ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        if (digits > 0) text = text[..^digits] + "." + text[^digits..];
        return double.IsNegative(value) ? "-" + text : text;
    }

    public static BigInteger HalfEven(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        var twice = rest * 2;
        return twice > denominator || (twice == denominator && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary>A finite float as a fraction.</summary>
    public static (BigInteger Numerator, BigInteger Denominator) Exact(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7ff);
        var mantissa = bits & 0xfffffffffffffL;
        if (exponent == 0) exponent++;
        else mantissa |= 1L << 52;
        exponent -= 1075;
        var whole = new BigInteger(value < 0 ? -mantissa : mantissa);
        return exponent >= 0 ? (whole << exponent, BigInteger.One) : (whole, BigInteger.One << -exponent);
    }
}
