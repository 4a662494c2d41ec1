using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

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

    /// <summary>
    /// Why the tuned model is its reference itself; <c>null</c> if it is another, or if there is none. A claim about such a model never
    /// passes, unless <see cref="AllowUntuned"/> says so.
    /// </summary>
    public string? Untuned { get; init; }

    /// <summary>Whether a model that is its reference itself may be judged; part of the rule. Default no.</summary>
    public bool AllowUntuned { get; init; }

    /// <summary><see cref="AllowUntuned"/>, wherever this claim keeps it.</summary>
    internal virtual bool AllowsUntuned => AllowUntuned;

    /// <summary><see cref="Untuned"/>, or the same as the evidence shows it.</summary>
    internal virtual string? SameAsReference => Untuned;

    /// <summary>The claim opened for the run: refused if its model was not trained.</summary>
    internal OpenClaim OpenTuned() =>
        !AllowsUntuned && SameAsReference is { } why ? OpenClaim.Alone(Refuse(VerdictReason.Untuned, why)) : Open();

    /// <summary>The sentence for two equal digests.</summary>
    private protected static string? Same(string tuned, string reference) =>
        tuned.Length > 0 && tuned == reference ? $"the tuned model's weights are the reference's: both have the digest {tuned}" : null;

    /// <summary>The measurements that are judged; empty if the claim is not about scores of items.</summary>
    internal virtual IReadOnlyList<Measurement> Judged => [];

    /// <summary>The measurements they are compared with, anchors included.</summary>
    internal virtual IReadOnlyList<Measurement> ComparedWith => [];

    /// <summary>The claim on the scorer's own scores, without those that a person put in their place.</summary>
    internal virtual Claim ByScorer() => this;

    /// <summary>The author's words, wherever this claim keeps them.</summary>
    internal virtual string? Purpose => Because;

    /// <summary>The rule of the claim: what the list of specs records and a reviewer approves.</summary>
    public ClaimRule Rule => new() { Claim = Kind, Metric = Metric, Terms = [.. Terms] };

    /// <summary>The terms of the rule. None depends on the responses of the run.</summary>
    internal abstract IEnumerable<RuleTerm> Terms { get; }

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
