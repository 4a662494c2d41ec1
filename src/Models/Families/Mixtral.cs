namespace SafetyGate.Models.Families;

/// <summary>Mixtral (arXiv:2401.04088): Mistral with experts in every layer, whose probabilities are divided by the sum of those picked.</summary>
internal static class Mixtral
{
    public static Family Family { get; } = new("mixtral", "MixtralForCausalLM", "MixtralForSequenceClassification", Read) { EosId = 2 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { KeyValueHeads = 8, RmsNormEpsilon = 1e-5, MaxPositions = 131_072 });
        config = CommonReading.Activated(reader, config);
        var window = CommonReading.Window(reader, null);
        var count = reader.Int("num_local_experts", reader.Int("num_experts", 8), maximum: ExpertReading.MostExperts);
        var experts = ExpertReading.Read(reader, count, reader.Int("num_experts_per_tok", 2), config.IntermediateSize, normalizesWeights: true);
        var rope = RopeReader.Read(reader, config, new(1_000_000));
        return config with
        {
            LayerPlans = [.. Enumerable.Range(0, CommonReading.Layers(reader)).Select(_ => new LayerPlan(window, rope) { Experts = experts })],
            Names = new() { Router = "block_sparse_moe.gate", Experts = "block_sparse_moe.experts", Expert = ("w1", "w3", "w2") },
        };
    }
}
