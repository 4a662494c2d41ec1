namespace SafetyGate.Harness.Gates;

/// <summary>
/// The rule of one claim of a spec: everything that decides besides the responses of the run: what is demanded, at which level, of which
/// benchmark, scorer and way of sampling. The list of specs records it, and another one is not comparable until it is approved.
/// </summary>
public sealed record ClaimRule
{
    /// <summary>Kind of the claim.</summary>
    public required ClaimKind Claim { get; init; }

    /// <summary>Name of the measured quantity.</summary>
    public required string Metric { get; init; }

    /// <summary>The terms, in the order of the claim; names unique.</summary>
    public required IReadOnlyList<RuleTerm> Terms { get; init; }

    /// <summary>Value of a term; <c>null</c> if the rule does not have it.</summary>
    public string? this[string term] => Terms.FirstOrDefault(t => t.Name == term)?.Value;

    /// <summary>True for a rule of the same claim about the same quantity, whatever its terms are.</summary>
    public bool IsOfSameClaim(ClaimRule other) => Claim == other.Claim && Metric == other.Metric;

    /// <summary>True if another rule of the same claim has all these terms.</summary>
    public bool IsPartOf(ClaimRule whole) => IsOfSameClaim(whole) && Terms.All(whole.Terms.Contains);

    /// <summary>Same claim and same terms; their order takes no part.</summary>
    public bool Equals(ClaimRule? other) =>
        other is not null && IsOfSameClaim(other) && Terms.Count == other.Terms.Count && Terms.ToHashSet().SetEquals(other.Terms);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Claim, Metric, Terms.Count);

    /// <summary>The rule with further terms, such as those of the family a claim is decided in.</summary>
    public ClaimRule With(params IEnumerable<RuleTerm> more) => this with { Terms = [.. Terms, .. more] };

    /// <summary>The rule of a claim that a bad run is caught.</summary>
    /// <param name="suites">Suites of a pool that must have regressed, each by itself.</param>
    public ClaimRule InSuites(IEnumerable<string> suites) => With(new RuleTerm(RuleTerms.Suites, RuleTerms.Names(suites)));

    /// <summary>Claim and metric, in words.</summary>
    public override string ToString() => $"{Claim}, {Metric}";

    /// <summary>The rule a baseline is approved under, as its verb applies it.</summary>
    internal static ClaimRule OfBaseline(Evaluation.Measurement measurement, GateSettings settings) =>
        new PairedClaim { Against = ComparisonKind.Baseline, Approved = null, Now = measurement, Settings = settings }.Rule;
}
