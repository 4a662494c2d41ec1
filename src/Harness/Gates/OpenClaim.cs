namespace SafetyGate.Harness.Gates;

/// <summary>A claim whose evidence has been checked; waits for the p-values of the whole run.</summary>
/// <param name="Tests">Its paired tests, each of which takes a place in the family of the run; none for a claim that is independent of the
/// family or cannot be judged.</param>
/// <param name="Decide">Decides the claim on the results of <see cref="Tests"/>, in their order.</param>
internal sealed record OpenClaim(IReadOnlyList<PairedTest> Tests, Func<IReadOnlyList<PairedEvidence>, Decision> Decide)
{
    /// <summary>A claim that is independent of the family.</summary>
    public static OpenClaim Alone(Decision decision) => new([], _ => decision);
}
