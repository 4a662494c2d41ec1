using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>One metric of the family that gates a run.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Sizes">Items of each unit of inference: a behavior, or the item itself.</param>
/// <param name="Gate">Its rule.</param>
/// <param name="NotPassed">Probability that an unchanged model does not pass it.</param>
public sealed record FamilyMember(string Metric, IReadOnlyList<int> Sizes, GateSettings Gate, double NotPassed)
{
    /// <summary>Items.</summary>
    public int Items => Sizes.Sum();

    /// <summary>Behaviors, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public int? Behaviors => Sizes.All(size => size == 1) ? null : Sizes.Count;
}
