using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>An exact fraction in lowest terms, the denominator positive.</summary>
internal readonly record struct Rational : IComparable<Rational>
{
    private readonly BigInteger _denominator; // 0 in default(Rational), read as 1

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new FormatException("a division by zero");
        var words = (numerator.GetBitLength() + denominator.GetBitLength()) / 32;
        Work.Spend(1 + (words * words / 400)); // the greatest common divisor
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        (Numerator, _denominator) = (numerator / divisor, denominator / divisor);
    }

    public static Rational Zero { get; } = new(0, 1);

    public static Rational One { get; } = new(1, 1);

    public BigInteger Numerator { get; }

    public BigInteger Denominator => _denominator.IsZero ? BigInteger.One : _denominator;

    public bool IsZero => Numerator.IsZero;

    public bool IsInteger => Denominator.IsOne;

    public int Sign => Numerator.Sign;

    public static implicit operator Rational(int value) => new(value, 1);

    public static implicit operator Rational(BigInteger value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) =>
        new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    public BigInteger Floor() => BigInteger.Divide(Numerator - (Numerator.Sign < 0 ? Denominator - 1 : 0), Denominator);

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <summary>The nearest double but for a rounding or two; of numbers beyond its range by logarithms.</summary>
    public double Approximate()
    {
        var (above, below) = ((double)Numerator, (double)Denominator);
        return double.IsFinite(above) && double.IsFinite(below)
            ? above / below
            : System.Math.Exp(BigInteger.Log(BigInteger.Abs(Numerator)) - BigInteger.Log(Denominator)) * Sign;
    }

    /// <summary>A whole power.</summary>
    public Rational Power(int exponent) =>
        exponent >= 0
            ? new(BigInteger.Pow(Numerator, exponent), BigInteger.Pow(Denominator, exponent))
            : new(BigInteger.Pow(Denominator, -exponent), BigInteger.Pow(Numerator, -exponent));

    public override string ToString() => IsInteger ? Invariant($"{Numerator}") : Invariant($"{Numerator}/{Denominator}");
}
