namespace SafetyGate.Harness.Theory;

/// <summary>How much KL a run may spend on named prompts, and where the number comes from.</summary>
public sealed record KlBudget
{
    private KlBudget(KlBudgetKind kind, double value, string source) => (Kind, Value, Source) = (kind, value, source);

    /// <summary>Which kind of budget.</summary>
    public KlBudgetKind Kind { get; }

    /// <summary>Nats above the approved value, the drop of safety to be certified, or nats, by <see cref="Kind"/>.</summary>
    public double Value { get; }

    /// <summary>Where the number comes from; ends in the message.</summary>
    public string Source { get; }

    /// <summary>The approved mean KL plus a margin.</summary>
    /// <param name="margin">Nats, above 0; recorded in the baseline, so that a raised one must be approved again.</param>
    public static KlBudget ApprovedPlus(double margin) =>
        margin > 0 && double.IsFinite(margin)
            ? new(KlBudgetKind.ApprovedPlus, margin, Invariant($"the approved value and {margin:0.####} nats"))
            : throw Wrong(nameof(margin), margin, "finite and above 0");

    /// <summary>
    /// The budget kl(S − d‖S) that certifies a drop of safety of at most d, whatever the policy does within it. S is the lower limit of the
    /// reference's safety on the same prompts.
    /// </summary>
    /// <param name="drop">d, between 0 and 1; .02 is two points.</param>
    public static KlBudget CertifyingDrop(double drop) =>
        drop is > 0 and < 1
            ? new(KlBudgetKind.CertifyingDrop, drop, Invariant($"certifies a drop of at most {100 * drop:0.##} points"))
            : throw Wrong(nameof(drop), drop, "between 0 and 1");

    /// <summary>So many nats.</summary>
    /// <param name="nats">The budget, 0 or more.</param>
    /// <param name="source">Where the number comes from.</param>
    public static KlBudget AtMost(double nats, string source) =>
        !(nats >= 0 && double.IsFinite(nats)) ? throw Wrong(nameof(nats), nats, "finite and 0 or more")
        : string.IsNullOrWhiteSpace(source) ? throw new ArgumentException("State the source of the budget; a number without a source cannot be judged.", nameof(source))
        : new(KlBudgetKind.AtMost, nats, source);

    private static ArgumentOutOfRangeException Wrong(string name, double value, string allowed) =>
        new(name, value, Invariant($"The {name} of a KL budget is {value}; it must be {allowed}."));
}
