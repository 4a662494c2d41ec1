using SafetyGate.Models.Decoders;
using static TorchSharp.torch;

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

    /// <summary>The module whose name the tensors have: the module itself, but for matrices of all experts together.</summary>
    public string Place { get; init; } = Module;

    /// <summary>Where the expert's matrices lie in those of all; <c>null</c> for a module with matrices of its own.</summary>
    public ExpertLayout? Experts { get; init; }

    /// <summary>Whether a parameter was named, not a module (<c>target_parameters</c>).</summary>
    public bool IsParameter { get; init; }

    /// <summary>Name of the matrix [rank, inputs].</summary>
    public string A => Prefix + Place + (IsEmbedding ? ".lora_embedding_A" : ".lora_A.weight");

    /// <summary>Name of the matrix [outputs, rank].</summary>
    public string B => Prefix + Place + (IsEmbedding ? ".lora_embedding_B" : ".lora_B.weight");

    /// <summary>Name of the second matrix's bias [outputs].</summary>
    public string BBias => Prefix + Place + ".lora_B.bias";

    /// <summary>Name of the rows' lengths [outputs].</summary>
    public string Magnitude => Prefix + Place + ".lora_magnitude_vector";

    /// <summary>Shape of the tensor <see cref="A"/>.</summary>
    public long[] ShapeOfA => [(long)(Experts?.Count ?? 1) * Rank, Inputs];

    /// <summary>Shape of the tensor <see cref="B"/>.</summary>
    public long[] ShapeOfB => [Experts?.AllOutputs ?? Outputs, (long)Rank * (Experts?.Count ?? 1)];

    /// <summary>The module's matrix [rank, inputs]: the tensor itself, or a view of the caller's dispose scope.</summary>
    public Tensor FirstOf(ParameterSet parameters) => Experts is { } experts ? experts.FirstOf(parameters[A], Rank) : parameters[A];

    /// <summary>The module's matrix [outputs, rank]: the tensor itself, or a view of the caller's dispose scope.</summary>
    public Tensor SecondOf(ParameterSet parameters) => Experts is { } experts ? experts.SecondOf(parameters[B], Rank, Outputs) : parameters[B];
}
