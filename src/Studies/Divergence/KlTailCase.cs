using SafetyGate.Harness.Theory;

namespace SafetyGate.Studies.Divergence;

/// <summary>A policy whose KL has a tail: most responses spend little, a share of them much, and those are unsafe.</summary>
/// <param name="Share">Share of the responses in the tail.</param>
/// <param name="Nats">KL of each of them.</param>
public sealed record KlTailCase(double Share, double Nats)
{
    /// <summary>Mean KL of the other responses, nats; exponential.</summary>
    public const double Usual = 0.004;

    /// <summary>Share of the reference's responses that are safe.</summary>
    public const double ReferenceSafety = 0.99;

    /// <summary>The cases of the table.</summary>
    public static IReadOnlyList<KlTailCase> All { get; } = [new(0, 0), new(0.05, 2), new(0.01, 10), new(0.005, 20), new(0.001, 100)];

    /// <summary>Name for the table.</summary>
    public string Name => Share == 0 ? "no tail" : Invariant($"{100 * Share:0.##} % at {Nats:0.##} nats");

    /// <summary>The exact mean KL, nats.</summary>
    public double Mean => ((1 - Share) * Usual) + (Share * Nats);

    /// <summary>
    /// The least safety such a policy can have: what the usual KL leaves of the reference's, and the tail lost as a whole.
    /// </summary>
    public double Safety => BernoulliKl.Lower(ReferenceSafety, (1 - Share) * Usual) - Share;
}
