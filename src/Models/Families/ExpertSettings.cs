namespace SafetyGate.Models.Families;

/// <summary>A feed-forward block of experts, of which a router picks some for each token.</summary>
/// <param name="Count">Experts.</param>
/// <param name="PerToken">Experts a token goes through.</param>
/// <param name="IntermediateSize">Width of one expert.</param>
/// <param name="NormalizesWeights">Whether the picked experts' probabilities are divided by their sum.</param>
public sealed record ExpertSettings(int Count, int PerToken, int IntermediateSize, bool NormalizesWeights);
