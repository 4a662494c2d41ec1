using TorchSharp;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>How far numbers may be from the reference's float64 ones: the conformance README's figures.</summary>
internal sealed record Tolerances(double Logits, double Sum, double LogProbabilities, double HiddenNorms, double Gradients)
{
    /// <summary>About six times the largest difference seen between float32 and the reference.</summary>
    public static readonly Tolerances Float32 = new(5e-5, 2e-4, 2e-5, 2e-5, 1e-5);

    /// <summary>In the reference logits have 7 significant digits and hidden norms 8, so half a unit of the last one is 5e-8 of a norm; the rest have more.</summary>
    public static readonly Tolerances Float64 = new(1e-6, 1e-8, 1e-8, 5e-8, 1e-8);

    public static Tolerances Of(torch.ScalarType dtype) => dtype == torch.ScalarType.Float64 ? Float64 : Float32;
}
