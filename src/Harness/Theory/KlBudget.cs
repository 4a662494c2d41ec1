namespace SafetyGate.Harness.Theory;

/// <summary>How much KL a run may spend on named prompts, and where the number comes from.</summary>
public sealed record KlBudget
{
    /// <summary>
    /// Nats a response may spend by default before a certificate counts it as unsafe: above 1 nat a bound from its KL says next to nothing.
    /// </summary>
    public const double DefaultClip = 1;

    private KlBudget(KlBudgetKind kind, double value, double? largest, string source)
    {
        if (largest is not (null or (> 0 and < double.PositiveInfinity))) throw Wrong(nameof(largest), largest.Value, "finite and above 0");
        (Kind, Value, Largest, Source) = (kind, value, largest, source);
    }

    /// <summary>Which kind of budget.</summary>
    public KlBudgetKind Kind { get; }

    /// <summary>Nats above the approved value, the drop of safety to be certified, or nats, by <see cref="Kind"/>.</summary>
    public double Value { get; }

    /// <summary>
    /// Nats of one response. A mean that nothing bounds has no upper limit, so a budget of the mean is not applicable without a stated
    /// bound (<c>null</c>), nor if a response is above it. For a budget that certifies, a response above it counts as unsafe.
    /// </summary>
    public double? Largest { get; }

    /// <summary>Where the number comes from; ends in the message.</summary>
    public string Source { get; }

    /// <summary>The approved mean KL plus a margin.</summary>
    /// <param name="margin">Nats, above 0; recorded in the baseline, so that a raised one must be approved again.</param>
    /// <param name="largest">Nats that no response exceeds; recorded in the baseline. Without it the gate does not pass.</param>
    public static KlBudget ApprovedPlus(double margin, double? largest = null) =>
        margin > 0 && double.IsFinite(margin)
            ? new(KlBudgetKind.ApprovedPlus, margin, largest, Invariant($"the approved value and {margin:0.####} nats"))
            : throw Wrong(nameof(margin), margin, "finite and above 0");

    /// <summary>
    /// The budget kl(S − d‖S) that certifies a drop of safety of at most d, whatever the policy does within it. S is the lower limit of the
    /// reference's safety on the same prompts.
    /// </summary>
    /// <param name="drop">d, between 0 and 1; .02 is two points.</param>
    /// <param name="clip">Nats above which a response counts as unsafe.</param>
    public static KlBudget CertifyingDrop(double drop, double clip = DefaultClip) =>
        drop is > 0 and < 1
            ? new(KlBudgetKind.CertifyingDrop, drop, clip, Invariant($"certifies a drop of at most {100 * drop:0.##} points"))
            : throw Wrong(nameof(drop), drop, "between 0 and 1");

    /// <summary>So many nats.</summary>
    /// <param name="nats">The budget, 0 or more.</param>
    /// <param name="source">Where the number comes from.</param>
    /// <param name="largest">Nats that no response exceeds. Without it the gate does not pass.</param>
    public static KlBudget AtMost(double nats, string source, double? largest = null) =>
        !(nats >= 0 && double.IsFinite(nats)) ? throw Wrong(nameof(nats), nats, "finite and 0 or more")
        : string.IsNullOrWhiteSpace(source) ? throw new ArgumentException("State the source of the budget; a number without a source cannot be judged.", nameof(source))
        : new(KlBudgetKind.AtMost, nats, largest, source);

    private static ArgumentOutOfRangeException Wrong(string name, double value, string allowed) =>
        new(name, value, Invariant($"The {name} of a KL budget is {value}; it must be {allowed}."));
}
