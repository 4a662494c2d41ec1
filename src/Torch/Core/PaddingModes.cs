namespace TorchSharp;

/// <summary>What surrounds a tensor when it is padded.</summary>
public enum PaddingModes
{
    /// <summary>Zeros.</summary>
    Zeros = 0,
    /// <summary>Its mirror image.</summary>
    Reflect = 1,
    /// <summary>Its border.</summary>
    Replicate = 2,
    /// <summary>Its other end.</summary>
    Circular = 3,
    /// <summary>A number.</summary>
    Constant = 4,
}
