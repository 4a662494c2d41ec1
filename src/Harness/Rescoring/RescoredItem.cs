namespace SafetyGate.Harness.Rescoring;

/// <summary>An item whose score moved.</summary>
/// <param name="Id">Id of the item.</param>
/// <param name="Before">Its scores before, <c>null</c> for unscored.</param>
/// <param name="After">Its scores now.</param>
public sealed record RescoredItem(string Id, IReadOnlyList<double?> Before, IReadOnlyList<double?> After);
