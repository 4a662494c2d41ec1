namespace SafetyGate.Models.Families;

/// <summary>Checks what a file says of experts.</summary>
internal static class ExpertReading
{
    /// <summary>Of one layer: above every model there is.</summary>
    public const int MostExperts = 4096;

    // Of all layers: each has three tensors, and a file of weights lists at most a million.
    private const long MostInAll = 300_000;

    /// <summary>Settings whose numbers fit one another.</summary>
    public static ExpertSettings Read(ConfigReader reader, int count, int perToken, int intermediateSize, bool normalizesWeights)
    {
        if ((long)count * CommonReading.Layers(reader) > MostInAll)
            throw reader.Refused(Invariant($"{count} experts in each of {CommonReading.Layers(reader)} layers are more than {MostInAll:N0}; no model has so many."));
        return perToken <= count
            ? new ExpertSettings(count, perToken, intermediateSize, normalizesWeights)
            : throw reader.Refused(Invariant($"a token goes through {perToken} experts (num_experts_per_tok), but there are {count}; it must be {count} or fewer."));
    }
}
