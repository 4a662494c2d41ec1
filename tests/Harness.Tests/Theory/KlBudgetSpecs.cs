using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Theory;

public sealed class KlBudgetSpecs
{
    [Fact]
    public void A_budget_says_what_it_is_and_where_it_comes_from()
    {
        Is(KlBudgetKind.ApprovedPlus, 0.05, "the approved value and 0.05 nats", KlBudget.ApprovedPlus(0.05));
        Is(KlBudgetKind.CertifyingDrop, 0.02, "a drop of at most 2 points", KlBudget.CertifyingDrop(0.02));
        Is(KlBudgetKind.AtMost, 0.3, "a pilot run", KlBudget.AtMost(0.3, "a pilot run"));
        Is(KlBudgetKind.AtMost, 0, "a frozen model", KlBudget.AtMost(0, "a frozen model"));
    }

    [Theory]
    [InlineData(0), InlineData(-0.1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_margin_is_finite_and_above_0(double margin) => Refused("margin", margin, "finite and above 0", () => KlBudget.ApprovedPlus(margin));

    [Theory]
    [InlineData(0), InlineData(-0.1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void The_largest_of_a_response_is_finite_and_above_0(double largest)
    {
        foreach (var ask in new Action[] { () => KlBudget.ApprovedPlus(0.1, largest), () => KlBudget.AtMost(1, "a test", largest), () => KlBudget.CertifyingDrop(0.1, largest) })
            Refused("largest", largest, "finite and above 0", ask);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void A_drop_is_between_0_and_1(double drop) => Refused("drop", drop, "between 0 and 1", () => KlBudget.CertifyingDrop(drop));

    [Theory]
    [InlineData(-0.1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Nats_are_finite_and_not_below_0(double nats) => Refused("nats", nats, "finite and 0 or more", () => KlBudget.AtMost(nats, "a test"));

    [Theory]
    [InlineData(null), InlineData(""), InlineData(" \t")]
    public void A_number_without_a_source_is_refused(string? source) =>
        Assert.Contains("the source of the budget", Assert.Throws<ArgumentException>(() => KlBudget.AtMost(1, source!)).Message, StringComparison.Ordinal);

    private static void Is(KlBudgetKind kind, double value, string source, KlBudget budget)
    {
        Assert.Equal((kind, value), (budget.Kind, budget.Value));
        Assert.EndsWith(source, budget.Source, StringComparison.Ordinal);
    }

    private static void Refused(string name, double value, string allowed, Action ask) =>
        Assert.Contains(Invariant($"The {name} of a KL budget is {value}; it must be {allowed}."), Assert.Throws<ArgumentOutOfRangeException>(ask).Message, StringComparison.Ordinal);
}
