namespace SafetyGate.Analysis.Strata;

/// <summary>A test item and how hard it is.</summary>
/// <param name="Id">Id of the item; unique in a result.</param>
/// <param name="Hardness">Its hardness, higher is harder; finite.</param>
public sealed record StratifiedItem(string Id, double Hardness);
