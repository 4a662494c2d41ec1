namespace SafetyGate.Models.Checkpoints;

/// <summary>Where a parameter is: a tensor of the checkpoint, or a part of one.</summary>
/// <param name="Tensor">Name of the tensor.</param>
/// <param name="Shape">Shape the whole tensor must have.</param>
/// <param name="Start">Numbers before the parameter's first.</param>
internal sealed record TensorPlace(string Tensor, IReadOnlyList<long> Shape, long Start = 0);
