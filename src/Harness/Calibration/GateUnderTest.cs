using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// The gate whose error rates are measured. The product's own is <see cref="RunVerdicts.Decide(IReadOnlyList{Claim}, int?)"/>; a rigged one
/// shows that a calibration can fail.
/// </summary>
/// <param name="claims">The gated metrics of one run.</param>
/// <param name="declared">How many comparisons the run has; <c>null</c>: as many as are given.</param>
public delegate IReadOnlyList<Decision> GateUnderTest(IReadOnlyList<PairedClaim> claims, int? declared);
