using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>One respect in which the rules of a test are not the approved ones.</summary>
/// <param name="Test">The test.</param>
/// <param name="Claim">Kind of the claim.</param>
/// <param name="Metric">Name of the measured quantity.</param>
/// <param name="Field">Term that differs, or <c>rule</c> for one that was added or is gone.</param>
/// <param name="Before">Its approved value; <see cref="None"/> when it was not there.</param>
/// <param name="Now">Its value now; <see cref="None"/> when it is gone.</param>
/// <param name="Loosens">True when it is known to make the gate easier to pass.</param>
public sealed record RuleChange(ManifestEntry Test, ClaimKind Claim, string Metric, string Field, string Before, string Now, bool Loosens)
{
    /// <summary>A value that is not there.</summary>
    public const string None = "—";

    /// <summary>Field of a rule that was added or is gone.</summary>
    public const string WholeRule = "rule";

    /// <summary>The claim it belongs to.</summary>
    public string Of => $"{Claim}, {Metric}";

    /// <summary>The difference, without the test.</summary>
    public string Words => Field != WholeRule ? $"{Field}: '{Before}' when approved, '{Now}' now"
        : Before == None ? "this claim ran and has no approved rule"
        : "this claim is approved and did not run: it was taken out, or an inconclusive one before it ended the test";

    /// <summary>Differences of rules, of one test.</summary>
    /// <param name="test">The test.</param>
    /// <param name="before">The approved rules.</param>
    /// <param name="now">The rules now.</param>
    /// <param name="all">Whether approved rules that are not among those of now are differences too.</param>
    public static IReadOnlyList<RuleChange> Between(ManifestEntry test, IReadOnlyCollection<ClaimRule> before, IReadOnlyCollection<ClaimRule> now, bool all = true)
    {
        var changes = new List<RuleChange>();
        var gone = before.Except(now).ToList();
        foreach (var added in now.Except(before))
        {
            if (gone.Find(added.IsOfSameClaim) is { } old)
            {
                gone.Remove(old);
                changes.AddRange(Terms(test, old, added));
            }
            else
            {
                changes.Add(new(test, added.Claim, added.Metric, WholeRule, None, added.ToString(), Loosens: false));
            }
        }

        if (all) changes.AddRange(gone.Select(old => new RuleChange(test, old.Claim, old.Metric, WholeRule, old.ToString(), None, Loosens: true)));
        return changes;
    }

    private static IEnumerable<RuleChange> Terms(ManifestEntry test, ClaimRule before, ClaimRule now) =>
        from name in before.Terms.Concat(now.Terms).Select(term => term.Name).Distinct(StringComparer.Ordinal)
        let values = (Before: before[name], Now: now[name])
        where values.Before != values.Now
        select new RuleChange(test, now.Claim, now.Metric, name, values.Before ?? None, values.Now ?? None, RuleLoosening.Of(now.Claim, name, values.Before, values.Now));
}
