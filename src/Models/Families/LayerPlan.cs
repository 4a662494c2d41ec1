namespace SafetyGate.Models.Families;

/// <summary>What one layer does differently from others.</summary>
/// <param name="Window">Most keys a token sees, itself included; <c>null</c>: all before it.</param>
/// <param name="Rope">Its rotary position embedding; <c>null</c>: none.</param>
public sealed record LayerPlan(int? Window, RopeSettings? Rope)
{
    /// <summary>Its experts; <c>null</c> for a plain feed-forward block.</summary>
    public ExpertSettings? Experts { get; init; }
}
