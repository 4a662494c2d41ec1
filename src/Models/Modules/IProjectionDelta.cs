using TorchSharp;

namespace SafetyGate.Models.Modules;

/// <summary>What an adapter adds to a projection while it is active: a map of the same input to the same outputs, linear but for an offset.</summary>
public interface IProjectionDelta
{
    /// <summary>What is added to the projection's output, the offset included; differentiable, and the place of a dropout.</summary>
    /// <param name="inputBTI">[.., I]: the projection's input. Borrowed.</param>
    /// <returns>[.., O]. Belongs to the caller's dispose scope.</returns>
    torch.Tensor Of(torch.Tensor inputBTI);

    /// <summary>The same map as a matrix, [O, I], of the projection's number type or a wider one: for copies that are only read. Belongs to the
    /// caller's dispose scope.</summary>
    torch.Tensor Matrix();

    /// <summary>The offset, [O]; <c>null</c> for none. Belongs to the caller's dispose scope.</summary>
    torch.Tensor? Offset() => null;
}
