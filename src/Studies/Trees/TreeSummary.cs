namespace SafetyGate.Studies.Trees;

/// <summary>A line of the table: one mode on one tree over several seeds.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Claimed">Whether the mode is declared conforming.</param>
/// <param name="Beta">β.</param>
/// <param name="Seeds">Runs.</param>
/// <param name="Conforming">Runs whose KL(π‖q) is within the limit.</param>
/// <param name="WorstKl">Largest KL(π‖q), nats.</param>
/// <param name="Limit">The limit.</param>
/// <param name="ObjectiveNotLowered">Runs whose objective is not below the reference's.</param>
public sealed record TreeSummary(string Tree, string Mode, bool Claimed, double Beta, int Seeds, int Conforming, double WorstKl,
    double Limit, int ObjectiveNotLowered)
{
    /// <summary>Puts the runs of each mode on each tree together, in their order.</summary>
    public static IReadOnlyList<TreeSummary> Of(IEnumerable<TreeResult> results) =>
        [.. results.GroupBy(result => (result.Tree, result.Mode, result.Claimed, result.Beta, result.Limit)).Select(group => new TreeSummary(
            group.Key.Tree, group.Key.Mode, group.Key.Claimed, group.Key.Beta, group.Count(), group.Count(result => result.Conforms),
            group.Max(result => result.KlToTilt), group.Key.Limit, group.Count(result => result.ObjectiveNotLowered)))];
}
