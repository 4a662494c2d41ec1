namespace SafetyGate.Models.Adapters;

/// <summary>A module that has low-rank matrices.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Rank">Rank of the matrices.</param>
/// <param name="Scale">Factor of their product.</param>
/// <param name="Inputs">Features of an input; tokens of an embedding.</param>
/// <param name="Outputs">Features of an output.</param>
/// <param name="IsEmbedding">Whether it is the token embedding.</param>
internal sealed record LoraTarget(string Module, int Rank, double Scale, long Inputs, long Outputs, bool IsEmbedding)
{
    /// <summary>Where PEFT's names of tensors begin.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>Name of the matrix [rank, inputs].</summary>
    public string A => Prefix + Module + (IsEmbedding ? ".lora_embedding_A" : ".lora_A.weight");

    /// <summary>Name of the matrix [outputs, rank].</summary>
    public string B => Prefix + Module + (IsEmbedding ? ".lora_embedding_B" : ".lora_B.weight");

    /// <summary>Name of the second matrix's bias [outputs].</summary>
    public string BBias => Prefix + Module + ".lora_B.bias";

    /// <summary>Name of the rows' lengths [outputs].</summary>
    public string Magnitude => Prefix + Module + ".lora_magnitude_vector";
}
