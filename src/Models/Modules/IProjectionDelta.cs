using TorchSharp;

namespace SafetyGate.Models.Modules;

/// <summary>What an adapter adds to a projection while it is active: a linear map of the same input to the same outputs, without a bias.</summary>
public interface IProjectionDelta
{
    /// <summary>What is added to the projection's output; differentiable, and the place of a dropout.</summary>
    /// <param name="inputBTI">[.., I]: the projection's input. Borrowed.</param>
    /// <returns>[.., O]. Belongs to the caller's dispose scope.</returns>
    torch.Tensor Of(torch.Tensor inputBTI);

    /// <summary>The same map as a matrix, [O, I], of the projection's number type: for copies that are only read. Belongs to the caller's
    /// dispose scope.</summary>
    torch.Tensor Matrix();
}
