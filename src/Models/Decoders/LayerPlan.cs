namespace SafetyGate.Models.Decoders;

/// <summary>How one layer attends.</summary>
/// <param name="Window">Most keys a token sees, itself included; <c>null</c>: all before it.</param>
/// <param name="Rope">Its rotary position embedding.</param>
public sealed record LayerPlan(int? Window, RopeSettings Rope);
