namespace SafetyGate.Models.Families;

/// <summary>Checks what a file says of experts.</summary>
internal static class ExpertReading
{
    /// <summary>Above every model there is.</summary>
    public const int MostExperts = 4096;

    /// <summary>Settings whose numbers fit one another.</summary>
    public static ExpertSettings Read(ConfigReader reader, int count, int perToken, int intermediateSize, bool normalizesWeights) =>
        perToken <= count
            ? new ExpertSettings(count, perToken, intermediateSize, normalizesWeights)
            : throw reader.Refused(Invariant($"a token goes through {perToken} experts (num_experts_per_tok), but there are {count}; it must be {count} or fewer."));
}
