namespace SafetyGate.Verifiers.Math;

/// <summary>What an answer says, read exactly.</summary>
internal abstract record MathValue
{
    /// <summary>A number or an expression, with its unit where one is written.</summary>
    public sealed record Expression(ExactValue Value, string? Unit) : MathValue
    {
        public override string ToString() => Unit is null ? Value.ToString() : $"{Value} [{Unit}]";
    }

    /// <summary>Several values: <c>{…}</c> and bare lists without order, <c>(…)</c>, <c>[…]</c> and half-open intervals with order, unions without.</summary>
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
        public override string ToString() => $"{Name} = {Value}";
    }
}
