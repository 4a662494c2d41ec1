using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// A quotient of two polynomials: rational numbers, radicals, multiples of pi, and rational functions of variables. Exact throughout.
/// </summary>
internal sealed class ExactValue
{
    private const int MostBits = 20_000;
    private const long LargestTrialDivisor = 2_000_000;

    private readonly Polynomial _numerator;
    private readonly Polynomial _denominator;

    private ExactValue(Polynomial numerator, Polynomial denominator)
    {
        if (denominator.IsZero) throw new FormatException("a division by zero");
        if (denominator.IsMonomial)
        {
            var (monomial, coefficient) = denominator.Single;
            var (inverse, factor) = monomial.Power(-1);
            (_numerator, _denominator) = (numerator * Polynomial.Of(inverse, factor / coefficient), Polynomial.One);
        }
        else
        {
            var scale = Rational.One / denominator.Leading;
            (_numerator, _denominator) = (numerator * scale, denominator * scale);
        }
    }

    /// <summary>The value when it is a rational number.</summary>
    public Rational? Constant =>
        ReferenceEquals(_denominator, Polynomial.One) || _denominator.Constant == Rational.One ? _numerator.Constant : null;

    public bool IsZero => _numerator.IsZero;

    public static ExactValue Of(Rational value) => new(Polynomial.Of(value), Polynomial.One);

    public static ExactValue Of(string generator) => new(Polynomial.Of(Monomial.Of(generator), Rational.One), Polynomial.One);

    public static ExactValue operator +(ExactValue a, ExactValue b) =>
        new((a._numerator * b._denominator) + (b._numerator * a._denominator), a._denominator * b._denominator);

    public static ExactValue operator -(ExactValue a, ExactValue b) => a + (b * Of(-1));

    public static ExactValue operator *(ExactValue a, ExactValue b) => new(a._numerator * b._numerator, a._denominator * b._denominator);

    public static ExactValue operator /(ExactValue a, ExactValue b) => new(a._numerator * b._denominator, a._denominator * b._numerator);

    /// <summary>Whether two values are one, by cross-multiplication.</summary>
    /// <remarks>Sines and cosines of one argument are bound by sin² + cos² = 1; of other functions nothing is known.</remarks>
    public bool SameAs(ExactValue other)
    {
        var difference = (_numerator * other._denominator) - (other._numerator * _denominator);
        return difference.IsZero || difference.WithoutSquaredSines().IsZero;
    }

    /// <summary>Whether one is a rational multiple of the other, other than zero (equations).</summary>
    public bool ProportionalTo(ExactValue other) =>
        IsZero || other.IsZero ? IsZero == other.IsZero : SameAs(other * Of(_numerator.Leading / other._numerator.Leading));

    /// <summary>A power. A power without an exact form here becomes an opaque symbol, equal only to itself.</summary>
    public ExactValue Power(ExactValue exponent)
    {
        if (exponent.Constant is not { } e) return Turn(exponent) ?? Symbolic(exponent);
        if (e.IsInteger && BigInteger.Abs(e.Numerator) <= 1000) return WholePower((int)e.Numerator);
        if (e.Denominator > 64 || BigInteger.Abs(e.Numerator) > 64 || Constant is { Sign: < 0 }) return Of($"({this})^({e})");
        return Root((int)e.Denominator).WholePower((int)e.Numerator);
    }

    /// <summary>
    /// The root of a whole degree; the real one for odd degrees, and i times the root of the opposite for square roots of negative numbers.
    /// </summary>
    public ExactValue Root(int degree)
    {
        if (degree < 1) throw new FormatException("a root of degree below one");
        if (degree == 1 || IsZero) return this;
        if (!ReferenceEquals(_denominator, Polynomial.One) && _denominator.Constant is null) return Opaque(degree);
        if (!_numerator.IsMonomial) return (degree == 2 ? Denested() : null) ?? Opaque(degree);
        var (monomial, coefficient) = _numerator.Single;
        if (!monomial.HasRoot(degree)) return Opaque(degree);
        if (coefficient.Sign < 0 && degree % 2 == 0 && !monomial.IsPositiveNumber) return Opaque(degree);
        if (coefficient.Sign < 0)
        {
            if (degree % 2 == 1) return Of(-1) * (this * Of(-1)).Root(degree);
            return degree == 2 ? Of("i") * (this * Of(-1)).Root(2) : Opaque(degree);
        }

        if (PrimePower(coefficient.Numerator, new(1, degree)) is not { } above || PrimePower(coefficient.Denominator, new(-1, degree)) is not { } below) return Opaque(degree);
        var (root, factor) = monomial.Power(new(1, degree));
        return above * below * new ExactValue(Polynomial.Of(root, factor), Polynomial.One);
    }

    /// <summary>The value as a double where it is a number; <c>null</c> where it has variables or opaque parts.</summary>
    public double? Approximate() => _numerator.Approximate() / _denominator.Approximate();

    /// <summary>The only term of a polynomial of one term.</summary>
    internal (Monomial Monomial, Rational Coefficient)? Single =>
        _denominator.Constant == Rational.One && _numerator.IsMonomial ? _numerator.Single : null;

    /// <summary>The sign of the leading coefficient, which orders a value and its opposite.</summary>
    internal int LeadingSign => IsZero ? 0 : _numerator.Leading.Sign;

    /// <summary>Whether one is a positive rational multiple of the other (inequalities).</summary>
    public bool PositivelyProportionalTo(ExactValue other) => ProportionalTo(other) && LeadingSign == other.LeadingSign;

    public override string ToString() => _denominator.Constant == Rational.One ? _numerator.ToString() : $"({_numerator})/({_denominator})";

    private ExactValue WholePower(int exponent)
    {
        if (exponent < 0) return Of(Rational.One) / WholePower(-exponent);
        if (Constant is { } c && (c.Numerator.GetBitLength() + c.Denominator.GetBitLength()) * exponent > MostBits)
            throw new FormatException("a power too large");
        if (Single is { } single && single.Coefficient.Numerator.GetBitLength() * exponent < MostBits && single.Coefficient.Denominator.GetBitLength() * exponent < MostBits)
        {
            var (power, factor) = single.Monomial.Power(exponent);
            return new(Polynomial.Of(power, factor * single.Coefficient.Power(exponent)), Polynomial.One);
        }

        if (Constant is null && exponent > 64) throw new FormatException("a power too large");
        var result = Of(Rational.One);
        for (var i = 0; i < exponent; i++) result *= this;
        return result;
    }

    // 2^{n+1} = 2 * 2^n, 2^{-n} = 1/2^n, 2^{2n} = 4^n; else a symbol, equal only to itself.
    private ExactValue Symbolic(ExactValue exponent)
    {
        if (IsZero) throw new FormatException("a power of zero");
        if (Constant == Rational.One) return this;
        if (exponent.LeadingSign < 0) return Of(1) / Symbolic(exponent * Of(-1));
        if (exponent._denominator.Constant == Rational.One && exponent._numerator.ConstantPart is { IsZero: false, IsInteger: true } whole && BigInteger.Abs(whole.Numerator) <= 64)
            return Power(Of(whole)) * Power(exponent - Of(whole));
        if (Constant is { Sign: > 0 } && exponent.Single is { Coefficient.Numerator: var times } && times > 1 && times <= 64)
            return Power(Of(times)).Symbolic(exponent / Of(times));
        return Of($"({this})^({exponent})");
    }

    // e^{iθ} = cos θ + i sin θ for rational multiples θ of π.
    private ExactValue? Turn(ExactValue exponent)
    {
        if (Single is not { } e || e.Coefficient != Rational.One || e.Monomial.Key != "e") return null;
        var angle = exponent / Of("i");
        return Trigonometry.InHalfTurns(angle) is null ? null : Trigonometry.Apply("cos", angle) + (Of("i") * Trigonometry.Apply("sin", angle));
    }

    // √(p ± √q) = √((p + r)/2) ± √((p - r)/2) where r² = p² - q is the square of a rational number, p > 0.
    private ExactValue? Denested()
    {
        if (_denominator.Constant != Rational.One || _numerator.ConstantPart is not { Sign: > 0 } p) return null;
        var radical = this - Of(p);
        if (radical.Single is not { } term || !term.Monomial.IsPositiveNumber || (radical * radical).Constant is not { } q) return null;
        if (((p * p) - q) is not { Sign: >= 0 } square || Of(square).Root(2).Constant is not { } r) return null;
        var (large, small) = (Of((p + r) / 2).Root(2), Of((p - r) / 2).Root(2));
        return term.Coefficient.Sign > 0 ? large + small : large - small;
    }

    private ExactValue Opaque(int degree) => Of($"root{degree}({this})");

    // n^e as a product of prime powers; null when n cannot be factored by trial division.
    internal static ExactValue? PrimePower(BigInteger n, Rational exponent)
    {
        var result = Of(Rational.One);
        for (long p = 2; !n.IsOne; p += p == 2 ? 1 : 2)
        {
            if (p % 256 == 1) Work.Spend(128);
            if ((BigInteger)p * p > n) p = n <= long.MaxValue ? (long)n : 0;
            if (p == 0 || (p > LargestTrialDivisor && (BigInteger)p != n)) return null;
            var count = 0;
            while ((n % p).IsZero) (n, count) = (n / p, count + 1);
            if (count == 0) continue;
            var (monomial, factor) = Monomial.Of(Invariant($"#{p}")).Power(exponent * count);
            result *= new ExactValue(Polynomial.Of(monomial, factor), Polynomial.One);
        }

        return result;
    }
}
