using SafetyGate.Models.Decoders;

namespace SafetyGate.Trainers.Loop;

/// <summary>A model whose parameters a run updates.</summary>
/// <param name="Prefix">Stands before the names of its parameters in the saved state, such as <c>value_model.</c>; empty for the policy.</param>
/// <param name="Decoder">The model. Borrowed.</param>
public sealed record TrainedModel(string Prefix, IDecoder Decoder);
