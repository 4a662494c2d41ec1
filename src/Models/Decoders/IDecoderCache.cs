using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>A decoder's state for the tokens already read, so that a step reads only the new ones.</summary>
public interface IDecoderCache : IDisposable
{
    /// <summary>Rows it holds now.</summary>
    long Batch { get; }

    /// <summary>Tokens read so far, padding included; the same for every row.</summary>
    long Length { get; }

    /// <summary>Most tokens it has room for.</summary>
    long Capacity { get; }

    /// <summary>
    /// Keeps the named rows, in the given order: drops finished rows, and repeats a row whose number is given several times.
    /// </summary>
    /// <param name="rowsR">[R], int64, each in [0, <see cref="Batch"/>). Borrowed.</param>
    void SelectRows(torch.Tensor rowsR);
}
