using System.Collections.Immutable;
using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>A sum of monomials with rational coefficients, none zero: one form for each value.</summary>
internal sealed class Polynomial
{
    private const int MostTerms = 500;

    private readonly ImmutableSortedDictionary<string, (Monomial Monomial, Rational Coefficient)> _terms;

    private Polynomial(ImmutableSortedDictionary<string, (Monomial Monomial, Rational Coefficient)> terms) =>
        _terms = terms.Count <= MostTerms ? terms : throw new FormatException("an expression of too many terms");

    public static Polynomial Zero { get; } = new(ImmutableSortedDictionary.Create<string, (Monomial, Rational)>(StringComparer.Ordinal));

    public static Polynomial One { get; } = Of(Rational.One);

    public bool IsZero => _terms.IsEmpty;

    public bool IsMonomial => _terms.Count == 1;

    /// <summary>The value when it is a rational number.</summary>
    public Rational? Constant => IsZero ? Rational.Zero : IsMonomial && _terms.ContainsKey("") ? _terms[""].Coefficient : null;

    /// <summary>The only term.</summary>
    public (Monomial Monomial, Rational Coefficient) Single => _terms.Values.Single();

    /// <summary>The term without generators, 0 where there is none.</summary>
    public Rational ConstantPart => _terms.TryGetValue("", out var term) ? term.Coefficient : Rational.Zero;

    /// <summary>The polynomial with sin² written as 1 - cos², so that sines have at most the first power.</summary>
    public Polynomial WithoutSquaredSines()
    {
        var result = this;
        // Each round takes one square from every term; a power is limited, and so are the rounds.
        for (var round = 0; round < MostTerms; round++)
        {
            if (result._terms.Values.FirstOrDefault(t => t.Monomial.SquaredSine is not null) is not { Monomial: { } monomial } term) return result;
            var sine = monomial.SquaredSine!;
            var (_, rest) = monomial.Take(sine);
            var (power, _) = Monomial.Of(sine).Power(monomial.Take(sine).Exponent - 2);
            var (cosine, _) = Monomial.Of("cos" + sine[3..]).Power(2);
            var replaced = Of(rest.Times(power).Product, term.Coefficient);
            result = result - Of(monomial, term.Coefficient) + replaced - (replaced * Of(cosine, Rational.One));
        }

        return result;
    }

    /// <summary>The coefficient of the last term, for scaling.</summary>
    public Rational Leading => _terms.Values.Last().Coefficient;

    public static Polynomial Of(Rational value) => Of(Monomial.One, value);

    public static Polynomial Of(Monomial monomial, Rational coefficient) =>
        coefficient.IsZero ? Zero : new(Zero._terms.Add(monomial.Key, (monomial, coefficient)));

    public static Polynomial operator +(Polynomial a, Polynomial b)
    {
        Work.Spend(1 + (4 * b._terms.Count));
        var terms = a._terms.ToBuilder();
        foreach (var (monomial, coefficient) in b._terms.Values) Add(terms, monomial, coefficient);

        return new(terms.ToImmutable());
    }

    public static Polynomial operator -(Polynomial a, Polynomial b) => a + (b * -1);

    public static Polynomial operator *(Polynomial a, Rational b) => a * Of(b);

    public static Polynomial operator *(Polynomial a, int b) => a * Of(b);

    public static Polynomial operator *(Polynomial a, Polynomial b)
    {
        if ((long)a._terms.Count * b._terms.Count > 10 * MostTerms) throw new FormatException("an expression of too many terms");
        Work.Spend(15L * a._terms.Count * b._terms.Count);
        var product = Zero._terms.ToBuilder();
        foreach (var x in a._terms.Values)
            foreach (var y in b._terms.Values)
            {
                var (monomial, factor) = x.Monomial.Times(y.Monomial);
                Add(product, monomial, x.Coefficient * y.Coefficient * factor);
            }

        return new(product.ToImmutable());
    }

    /// <summary>The value as a double; <c>null</c> with variables.</summary>
    public double? Approximate()
    {
        double? sum = 0;
        foreach (var (monomial, coefficient) in _terms.Values) sum += monomial.Approximate() * coefficient.Approximate();
        return sum;
    }

    public override string ToString() => IsZero ? "0" : string.Join(" + ", _terms.Values.Reverse().Select(Show));

    private static void Add(ImmutableSortedDictionary<string, (Monomial Monomial, Rational Coefficient)>.Builder terms, Monomial monomial,
        Rational coefficient)
    {
        var sum = (terms.TryGetValue(monomial.Key, out var old) ? old.Coefficient : Rational.Zero) + coefficient;
        if (sum.IsZero) terms.Remove(monomial.Key);
        else terms[monomial.Key] = (monomial, sum);
    }

    private static string Show((Monomial Monomial, Rational Coefficient) term) =>
        term.Monomial.Key.Length == 0 ? term.Coefficient.ToString()
        : term.Coefficient == Rational.One ? term.Monomial.Key
        : term.Coefficient == -Rational.One ? "-" + term.Monomial.Key
        : $"{term.Coefficient}*{term.Monomial.Key}";
}
