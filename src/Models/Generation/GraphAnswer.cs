namespace SafetyGate.Models.Generation;

/// <summary>What a probe found.</summary>
/// <param name="Support">The finding.</param>
/// <param name="IsFinal">Whether another try would find the same: the trial ran, or crashed; not so where it could not be started.</param>
internal sealed record GraphAnswer(GraphSupport Support, bool IsFinal);
