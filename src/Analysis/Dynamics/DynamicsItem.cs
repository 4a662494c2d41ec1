namespace SafetyGate.Analysis.Dynamics;

/// <summary>How one training item was learnt.</summary>
/// <param name="Item">The item.</param>
/// <param name="Dynamics">Its dynamics.</param>
public sealed record DynamicsItem(TracedItem Item, ItemDynamics Dynamics)
{
    /// <summary>Hardness by dynamics: one minus the confidence.</summary>
    public double Hardness => 1 - Dynamics.Confidence;

    /// <summary>True if the gold answer was never the likelier one: the label may be wrong, or the item hard.</summary>
    public bool IsSuspected => Dynamics.Correctness == 0 && Item.Triage != Triage.Sound;
}
