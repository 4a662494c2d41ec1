namespace SafetyGate.Harness.Gates;

/// <summary>A decided claim: the verdict, its reason, and the evidence behind it.</summary>
public sealed record Decision
{
    /// <summary>The claim.</summary>
    public required Claim Claim { get; init; }

    /// <summary>The verdict, all guards taken together.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The deciding reason.</summary>
    public required VerdictReason Reason { get; init; }

    /// <summary>Evidence of the verdict; <c>null</c> if there was none.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>Problems that kept the claim from being judged, one sentence each; empty if it was judged.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The paired comparison; <c>null</c> if the evidence is of another kind or there is none.</summary>
    public PairedEvidence? Paired => Evidence as PairedEvidence;

    /// <summary>True if it fails the build.</summary>
    public bool Fails => Reason == VerdictReason.Untuned || Claim.Fails(Verdict, Reason);

    /// <summary>The message a reviewer can act on, line by line.</summary>
    public VerdictText Text => VerdictText.Of(this);

    /// <summary>The message a reviewer can act on; its first line is what broke or holds.</summary>
    public string Message => Text.ToString();

    /// <summary>The exit code of this verdict alone.</summary>
    public int ExitCode => VerdictExit.Code(Verdict, Fails);
}
