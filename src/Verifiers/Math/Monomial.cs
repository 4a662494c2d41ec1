using System.Collections.Immutable;
using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// A product of generators with rational exponents: variables, <c>pi</c>, <c>i</c>, opaque functions, and prime numbers written
/// <c>#2</c>, whose exponents are in (0, 1). Products of such prime powers are linearly independent over the rationals (Besicovitch 1940),
/// so sums of radicals have one form only.
/// </summary>
internal sealed class Monomial
{
    private const int MostWhole = 5000; // as an exponent of a prime
    private readonly ImmutableSortedDictionary<string, Rational> _exponents;

    private Monomial(ImmutableSortedDictionary<string, Rational> exponents)
    {
        _exponents = exponents;
        Work.Spend(5 + exponents.Sum(e => 1 + (e.Key.Length / 16)));
        Key = string.Join('*', exponents.Select(e => e.Value == Rational.One ? Show(e.Key) : $"{Show(e.Key)}^{(e.Value.IsInteger ? e.Value.ToString() : $"({e.Value})")}"));
    }

    public static Monomial One { get; } = new(ImmutableSortedDictionary.Create<string, Rational>(StringComparer.Ordinal));

    /// <summary>The canonical text; empty for 1.</summary>
    public string Key { get; }

    /// <summary>True for products of prime powers, pi and e, which are positive numbers.</summary>
    public bool IsPositiveNumber => _exponents.Keys.All(IsPositive);

    /// <summary>
    /// Whether the real root of this degree is the monomial with divided exponents wherever both exist. √(x²) is |x|, so an even power of a
    /// variable whose root is odd has none; an odd power under an even root makes the variable positive by itself.
    /// </summary>
    public bool HasRoot(int degree) => _exponents.All(e => IsPositive(e.Key) || (e.Key != "i" && Divides(e.Value, degree)));

    /// <summary>The value as a double; <c>null</c> with variables.</summary>
    public double? Approximate()
    {
        double? product = 1;
        foreach (var (generator, exponent) in _exponents)
        {
            double? value = generator switch
            {
                "pi" => System.Math.PI,
                "e" => System.Math.E,
                _ when generator[0] == '#' => double.Parse(generator.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture),
                _ when generator.StartsWith("ln(", StringComparison.Ordinal)
                    && double.TryParse(generator.AsSpan(3, generator.Length - 4), System.Globalization.CultureInfo.InvariantCulture,
                    out var p) =>
                    System.Math.Log(p),
                _ => null,
            };
            product *= value is { } v ? System.Math.Pow(v, (double)exponent.Numerator / (double)exponent.Denominator) : null;
        }

        return product;
    }

    /// <summary>The exponent of a generator, 0 where it does not occur, and the rest without it.</summary>
    public (Rational Exponent, Monomial Others) Take(string generator) =>
        (_exponents.TryGetValue(generator, out var e) ? e : Rational.Zero, new(_exponents.Remove(generator)));

    /// <summary>A sine that occurs with a whole power of two or more; null where there is none.</summary>
    public string? SquaredSine => _exponents.FirstOrDefault(e => e.Key.StartsWith("sin(", StringComparison.Ordinal) && e.Value.IsInteger && e.Value.CompareTo(2) >= 0).Key;

    private static bool IsPositive(string generator) => generator[0] == '#' || generator is "pi" or "e";

    private static bool Divides(Rational exponent, int degree)
    {
        if (degree % 2 == 1 || !exponent.Numerator.IsEven || exponent.Denominator.IsEven) return true;
        var root = exponent / degree;
        return root.Numerator.IsEven && !root.Denominator.IsEven;
    }

    public static Monomial Of(string generator) => new(One._exponents.Add(generator, Rational.One));

    /// <summary>The product, and the factor that whole powers of primes and of i leave outside.</summary>
    public (Monomial Product, Rational Factor) Times(Monomial other)
    {
        var (exponents, factor) = (_exponents, Rational.One);
        foreach (var (generator, exponent) in other._exponents)
            exponents = Set(exponents, generator, (exponents.TryGetValue(generator, out var old) ? old : Rational.Zero) + exponent,
                ref factor);
        return (new(exponents), factor);
    }

    /// <summary>A power; the exponent must be whole unless <see cref="IsPositiveNumber"/>.</summary>
    public (Monomial Product, Rational Factor) Power(Rational exponent)
    {
        var (exponents, factor) = (One._exponents, Rational.One);
        foreach (var (generator, old) in _exponents) exponents = Set(exponents, generator, old * exponent, ref factor);
        return (new(exponents), factor);
    }

    private static ImmutableSortedDictionary<string, Rational> Set(ImmutableSortedDictionary<string, Rational> exponents, string generator,
        Rational exponent, ref Rational factor)
    {
        if (generator[0] == '#')
        {
            var whole = exponent.Floor();
            if (BigInteger.Abs(whole) > MostWhole) throw new FormatException("a power too large");
            factor *= new Rational(BigInteger.Parse(generator.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture), 1)
                .Power((int)whole);
            exponent -= whole;
        }
        else if (generator == "i")
        {
            var turns = (int)(((exponent.Numerator % 4) + 4) % 4);
            if (turns >= 2) factor = -factor;
            exponent = turns % 2;
        }

        return exponent.IsZero ? exponents.Remove(generator) : exponents.SetItem(generator, exponent);
    }

    private static string Show(string generator) => generator[0] == '#' ? generator[1..] : generator;
}
