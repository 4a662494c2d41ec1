using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>How many distributions over the vocabulary exist at once.</summary>
/// <remarks>
/// A chunk has a handful of tables of this size while it is worked on. On a GPU products of more rows are faster, so its chunks are larger.
/// Work of one chunk is done in one pass; larger work costs its logits a second time.
/// </remarks>
public static class LogitsBudget
{
    /// <summary>Bytes of one table [tokens, vocabulary] on the CPU.</summary>
    public const long CpuBytes = 40L << 20;

    /// <summary>The same on a GPU.</summary>
    public const long GpuBytes = 512L << 20;

    /// <summary>Tables of a chunk that exist at once while gradients are computed.</summary>
    public const int Tables = 3;

    /// <summary>Further tables where gradients flow through entropies.</summary>
    public const int EntropyTables = 4;

    /// <summary>Bytes of one table on a device.</summary>
    public static long Of(Device device) => Of(device.type != DeviceType.CPU);

    /// <summary>Bytes of one table on a GPU or the CPU.</summary>
    public static long Of(bool isGpu) => isGpu ? GpuBytes : CpuBytes;

    /// <summary>Tokens of a chunk, 1 or more.</summary>
    /// <param name="vocabulary">Numbers of one distribution.</param>
    /// <param name="dtype">Their type.</param>
    /// <param name="bytes">Bytes of one table.</param>
    public static long Tokens(long vocabulary, ScalarType dtype, long bytes) =>
        Math.Max(1, bytes / (vocabulary * (dtype == ScalarType.Float64 ? 8 : 4)));
}
