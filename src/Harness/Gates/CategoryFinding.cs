namespace SafetyGate.Harness.Gates;

/// <summary>Finding of the guard over categories in one of them (worst case).</summary>
/// <param name="Category">Name of the category.</param>
/// <param name="Items">Items in it.</param>
/// <param name="Difference">Mean difference, now − approved.</param>
/// <param name="Lost">Items that got worse.</param>
/// <param name="Gained">Items that got better.</param>
/// <param name="DropP">One-sided p of a drop: exact McNemar, sign flips where items share behaviors, or the sequential test for graded
/// values.</param>
/// <param name="AdjustedDropP">The same after Holm over the categories.</param>
/// <param name="Fails">True when the observed drop is over the limit and the adjusted p at most α.</param>
public sealed record CategoryFinding(string Category, int Items, double Difference, int Lost, int Gained, double DropP,
    double AdjustedDropP, bool Fails)
{
    /// <summary>Behaviors, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public int? Behaviors { get; init; }
}
