namespace SafetyGate.Verifiers.Math;

/// <summary>Exact value of an answer.</summary>
internal abstract record MathValue
{
    /// <summary>A number or an expression, with its unit where one is written.</summary>
    public sealed record Expression(ExactValue Value, string? Unit) : MathValue
    {
        public override string ToString() => Unit is null ? Value.ToString() : $"{Value} [{Unit}]";
    }

    /// <summary>
    /// Several values: <c>{…}</c> and bare lists without order, <c>(…)</c>, <c>[…]</c> and half-open intervals with order, unions without.
    /// </summary>
    public sealed record Several(string Open, string Close, IReadOnlyList<MathValue> Items) : MathValue
    {
        public bool Ordered => Open is "(" or "[";

        public override string ToString() => $"{Open}{string.Join(", ", Items)}{Close}";
    }

    /// <summary>An equation that does not merely name its value.</summary>
    public sealed record Equation(ExactValue Difference) : MathValue
    {
        public override string ToString() => $"{Difference} = 0";
    }

    /// <summary>A word or a phrase.</summary>
    public sealed record Phrase(string Text) : MathValue
    {
        public override string ToString() => Text;
    }

    /// <summary>A value with the name it was given: <c>x = 4</c>.</summary>
    public sealed record Named(string Name, MathValue Value) : MathValue
    {
        /// <summary>The name as an expression; <c>null</c> for <c>f(x)</c>, names in words and of other things than variables.</summary>
        public ExactValue? Symbol { get; init; }

        public override string ToString() => $"{Name} = {Value}";
    }

    /// <summary>
    /// A relation that does not reduce to a set: <c>a &lt; b</c> as the difference <c>a - b</c>. Operators &lt;, ≤, ≠; greater-than is
    /// turned around.
    /// </summary>
    public sealed record Relation(char Operator, ExactValue Difference) : MathValue
    {
        public override string ToString() => $"{Difference} {Operator} 0";
    }

    /// <summary>Two letters or more without a sign between them: a word, a segment, or a product. Equal to the same letters.</summary>
    public sealed record Letters(string Text, ExactValue Product) : MathValue
    {
        public override string ToString() => Text;
    }

    /// <summary>An exact value and its decimals, rounded right, as <c>70/9 ≈ 7.78</c>: both are stated.</summary>
    public sealed record Rounded(Expression Exact, Expression Decimals) : MathValue
    {
        public override string ToString() => $"{Exact} \u2248 {Decimals}";
    }

    /// <summary>A number that a value is near, as <c>≈ 3.14</c>: that value where it is a decimal as well, and not known to be a whole one.</summary>
    public sealed record About(Expression Number) : MathValue
    {
        public override string ToString() => $"\u2248 {Number}";
    }

    /// <summary>Values under conditions: <c>\begin{cases} … \end{cases}</c>.</summary>
    public sealed record Cases(IReadOnlyList<Case> Rows) : MathValue
    {
        public override string ToString() => string.Join("; ", Rows.Select(r => $"{r.Value} if {r.Words}"));
    }

    /// <summary>A value under a condition, which is kept in words where it is not read.</summary>
    public sealed record Case(MathValue Value, MathValue? Condition, string Words);

    /// <summary>One comma between digits that are no group of three, as <c>1,22</c>: a list, or a number of another country.</summary>
    public sealed record Comma(Several List, Expression Number) : MathValue
    {
        public override string ToString() => $"{List} or {Number}";
    }

    /// <summary>The values a name may have: <c>x &lt; 3</c>, <c>x ∈ [0, 1]</c>, <c>x ≠ 2</c>.</summary>
    public sealed record Solution(string Name, MathValue Set) : MathValue
    {
        public override string ToString() => $"{Name} \u2208 {Set}";
    }

    /// <summary>An option of a multiple choice, with its text where that is read.</summary>
    public sealed record Choice(char Letter, MathValue? Value) : MathValue
    {
        public override string ToString() => Value is null ? $"({Letter})" : $"({Letter}) {Value}";
    }

    /// <summary>A matrix, row by row; a vector is one column or one row.</summary>
    public sealed record Matrix(IReadOnlyList<IReadOnlyList<ExactValue>> Rows) : MathValue
    {
        public override string ToString() => $"[{string.Join("; ", Rows.Select(r => string.Join(", ", r)))}]";
    }

    /// <summary>A ratio of two or more parts.</summary>
    public sealed record Ratio(IReadOnlyList<ExactValue> Parts) : MathValue
    {
        public override string ToString() => string.Join(" : ", Parts);
    }

    /// <summary>A time of day.</summary>
    /// <param name="Hour">As written.</param>
    /// <param name="Minute">0 to 59.</param>
    /// <param name="Half"><c>am</c>, <c>pm</c>, or <c>null</c> where none is written.</param>
    public sealed record Clock(int Hour, int Minute, string? Half) : MathValue
    {
        public override string ToString() => Invariant($"{Hour}:{Minute:00}{Half}");
    }

    /// <summary>Digits in a base that is written.</summary>
    public sealed record Based(string Digits, int Base) : MathValue
    {
        public override string ToString() => Invariant($"{Digits}_{Base}");
    }

    /// <summary>A residue class: <c>k ≡ 3 (mod 7)</c>, or <c>3 (mod 7)</c> without a left side.</summary>
    public sealed record Congruence(ExactValue? Left, Rational Residue, Rational Modulus) : MathValue
    {
        public override string ToString() => $"{Left} \u2261 {Residue} (mod {Modulus})";
    }
}
