using TorchSharp;

namespace SafetyGate.Models.Modules;

/// <summary>What a layer does to each token on its own.</summary>
internal interface IFeedForward
{
    /// <summary>Its projections in the order of the checkpoint.</summary>
    IEnumerable<Projection> Projections { get; }

    /// <summary>Those of them that are stacked while weights are frozen.</summary>
    IEnumerable<ProjectionGroup> Groups { get; }

    /// <summary>[B, T, D] to [B, T, D]. Belongs to the caller's dispose scope.</summary>
    /// <param name="inputBTD">The input. Borrowed.</param>
    /// <param name="isFrozen">Whether weights stay as they are, so that stacked copies may be used.</param>
    torch.Tensor Forward(torch.Tensor inputBTD, bool isFrozen);
}
