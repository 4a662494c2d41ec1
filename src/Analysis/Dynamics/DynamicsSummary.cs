namespace SafetyGate.Analysis.Dynamics;

/// <summary>What people read in the file of a dynamics result.</summary>
/// <param name="Items">Number of items.</param>
/// <param name="Epochs">Number of epochs.</param>
/// <param name="MeanConfidence">Mean confidence.</param>
/// <param name="AlwaysRight">Items that were right after every epoch.</param>
/// <param name="Forgotten">Items that were right and then wrong at least once.</param>
/// <param name="NeverRight">Items that were never right.</param>
/// <param name="Suspected">Ids of the items whose label may be wrong, least confident first.</param>
internal sealed record DynamicsSummary(int Items, int Epochs, double MeanConfidence, int AlwaysRight, int Forgotten, int NeverRight, IReadOnlyList<string> Suspected)
{
    public static DynamicsSummary Of(DynamicsResult result)
    {
        var items = result.Dynamics;
        return new(items.Count, result.Epochs, Math.Round(items.Average(item => item.Dynamics.Confidence), 4),
            items.Count(item => item.Dynamics.Correctness == result.Epochs),
            items.Count(item => item.Dynamics.Forgetfulness is >= 1 and < double.PositiveInfinity),
            items.Count(item => item.Dynamics.Correctness == 0), [.. result.Suspected.Select(item => item.Item.Id)]);
    }
}
