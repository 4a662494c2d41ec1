namespace SafetyGate.Models.Families;

/// <summary>A parameter an architecture needs.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Shape">Its sizes, outputs before inputs.</param>
/// <param name="Kind">Kind of the parameter.</param>
public sealed record ParameterShape(string Name, IReadOnlyList<long> Shape, ParameterKind Kind);
