namespace SafetyGate.Models.Decoders;

/// <summary>A parameter an architecture needs.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Shape">Its sizes, outputs before inputs.</param>
/// <param name="Kind">What it is.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<long> Shape, ParameterKind Kind);
