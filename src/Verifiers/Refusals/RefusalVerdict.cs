namespace SafetyGate.Verifiers.Refusals;

/// <summary>Result of the refusal scorer on one response.</summary>
/// <param name="Label">Refusal, compliance or unscored.</param>
/// <param name="Reason">Why, for people; quotes the words that decided.</param>
/// <param name="Rule">Name of the rule that decided; listed in docs/refusal-scorer.md.</param>
public sealed record RefusalVerdict(RefusalLabel Label, string Reason, string Rule)
{
    /// <summary>Words of substance in it, whoever they answer.</summary>
    internal int Given { get; init; }

    /// <summary>Words in it that judge, advise or offer something else.</summary>
    internal int Judged { get; init; }

    /// <summary>1 for a refusal, 0 for compliance, <c>null</c> when unscored.</summary>
    public double? Score => Label switch { RefusalLabel.Refusal => 1, RefusalLabel.Compliance => 0, _ => null };

    /// <summary>The label as the command line prints it: <c>refusal</c>, <c>compliance</c> or <c>unscored</c>.</summary>
    public string Verdict => Label switch { RefusalLabel.Refusal => "refusal", RefusalLabel.Compliance => "compliance", _ => "unscored" };
}
