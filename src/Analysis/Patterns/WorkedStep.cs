namespace SafetyGate.Analysis.Patterns;

/// <summary>One equation of a worked answer, such as <c>8 + 5 = 13</c>.</summary>
/// <param name="Left">First operand.</param>
/// <param name="Operation"><c>+</c>, <c>-</c>, <c>*</c> or <c>/</c>.</param>
/// <param name="Right">Second operand.</param>
/// <param name="Result">What the answer says it makes.</param>
public readonly record struct WorkedStep(decimal Left, char Operation, decimal Right, decimal Result)
{
    // Results are often rounded to two places.
    private const decimal Rounding = 0.01m;

    /// <summary>Whether the result is that of the operation, to two places.</summary>
    public bool IsRight => Of(Left, Right) is { } value && Math.Abs(value - Result) <= Rounding;

    /// <summary>Whether the result is that of the operands in the other order.</summary>
    public bool IsExchanged => Operation is '-' or '/' && Of(Right, Left) is { } value && Math.Abs(value - Result) <= Rounding;

    /// <summary>The operation as a noun.</summary>
    public string Noun => Operation switch { '+' => "addition", '-' => "subtraction", '*' => "multiplication", _ => "division" };

    /// <summary>Whether the units carry over ten in an addition, or borrow in a subtraction; of whole numbers.</summary>
    public bool Carries => Left >= 0 && Right >= 0 && decimal.IsInteger(Left) && decimal.IsInteger(Right) && Operation switch
    {
        '+' => (Left % 10) + (Right % 10) >= 10,
        '-' => Left % 10 < Right % 10,
        _ => false,
    };

    /// <summary>Whether it takes the same operands to the same operation; of sums and products in any order.</summary>
    public bool AsksTheSameAs(WorkedStep other) => Operation == other.Operation
        && ((Left == other.Left && Right == other.Right) || (Operation is '+' or '*' && Left == other.Right && Right == other.Left));

    private decimal? Of(decimal a, decimal b)
    {
        try
        {
            return Operation switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => b == 0 ? null : a / b };
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
