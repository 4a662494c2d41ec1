using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// A statement about a run together with everything that determines its verdict. A new kind of claim is one record of this hierarchy: how
/// it
/// is decided, when it fails the build, and its words.
/// </summary>
public abstract record Claim
{
    private protected Claim() { }

    /// <summary>Kind of the claim.</summary>
    public abstract ClaimKind Kind { get; }

    /// <summary>Name of the measured quantity.</summary>
    public abstract string Metric { get; }

    /// <summary>Meaning of a score of 1; <c>null</c> if no scores are compared.</summary>
    public virtual MetricDirection? Direction => null;

    /// <summary>Why the gate exists, in the author's words; part of the message.</summary>
    public string? Because { get; init; }

    /// <summary>The exact command that approves this result, for the message; <c>null</c> where approving makes no sense.</summary>
    public string? ApproveCommand { get; init; }

    /// <summary>
    /// Why the approved baseline cannot be used, such as an edited file; <c>null</c> if it can. A claim with such a baseline never passes.
    /// </summary>
    public string? BaselineProblem { get; init; }

    /// <summary>The author's words, wherever this claim keeps them.</summary>
    internal virtual string? Purpose => Because;

    /// <summary>Checks the evidence; what remains is the adjustment of the p-values over the whole run.</summary>
    internal abstract OpenClaim Open();

    /// <summary>Whether a verdict on this claim fails the build.</summary>
    internal abstract bool Fails(Verdict verdict, VerdictReason reason);

    /// <summary>First line of the message: what broke or holds.</summary>
    internal abstract string Headline(Decision decision);

    /// <summary>The labeled lines of the message between its headline and the author's reason.</summary>
    internal abstract IEnumerable<TextLine> Lines(Decision decision);

    /// <summary>What to do about the verdict.</summary>
    internal abstract string Next(Decision decision);

    /// <summary>The decision on a claim whose evidence cannot be judged.</summary>
    internal Decision Refuse(VerdictReason reason, params IReadOnlyList<string> problems) =>
        new() { Claim = this, Verdict = Verdict.NotComparable, Reason = reason, Problems = problems };
}
