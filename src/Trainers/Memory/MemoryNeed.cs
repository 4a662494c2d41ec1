using System.Globalization;

namespace SafetyGate.Trainers.Memory;

/// <summary>Memory of a run, by part. Parts that do not exist at the same time do not add up.</summary>
/// <param name="Parts">Bytes of each part at its largest.</param>
/// <param name="Total">Bytes at the run's largest moment.</param>
public sealed record MemoryNeed(IReadOnlyDictionary<MemoryPart, long> Parts, long Total)
{
    /// <summary>The parts in words, largest first, small ones left out.</summary>
    public string Words => string.Join(", ", Parts.Where(part => part.Value >= Total / 200).OrderByDescending(part => part.Value)
        .Select(part => $"{NameOf(part.Key)} {Size(part.Value)}"));

    /// <summary>Bytes in words, such as <c>1.21 GiB</c>.</summary>
    public static string Size(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.00} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0} MiB");

    /// <summary>A part's name in messages.</summary>
    public static string NameOf(MemoryPart part) => part switch
    {
        MemoryPart.Masters => "float32 masters",
        MemoryPart.Moments => "optimizer moments",
        MemoryPart.Logits => "logits chunk",
        MemoryPart.KeyValueCache => "KV cache and drawing",
        _ => part.ToString().ToLowerInvariant(),
    };
}
