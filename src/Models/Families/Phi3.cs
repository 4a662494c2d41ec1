namespace SafetyGate.Models.Families;

/// <summary>
/// Phi-3 and Phi-4-mini (arXiv:2404.14219): Llama whose files hold queries, keys and values in one matrix and gate and up in another, with a
/// part of each head turned in some, and other frequencies for long sequences in some.
/// </summary>
internal static class Phi3
{
    private static readonly RopeRules Rope = new(10_000)
    {
        CanBePartial = true,
        OriginalMaxPositions = 4096,
        Types = ["default", "longrope"],
        Aliases = new Dictionary<string, string> { ["su"] = "longrope", ["yarn"] = "longrope" }, // as transformers takes them
    };

    public static Family Family { get; } = new("phi3", "Phi3ForCausalLM", "Phi3ForSequenceClassification", Read) { EosId = 32_000, PadId = 32_000 };

    private static DecoderConfig Read(ConfigReader reader)
    {
        var config = CommonReading.Read(reader, Family, new() { RmsNormEpsilon = 1e-5, MaxPositions = 4096 });
        config = CommonReading.Activated(reader, config);
        var window = CommonReading.Window(reader, null);
        return config with
        {
            LayerPlans = CommonReading.Plans(reader, RopeReader.Read(reader, config, Rope), _ => window),
            Names = new() { StackedQueryKeyValue = "self_attn.qkv_proj", StackedGateUp = "mlp.gate_up_proj" },
        };
    }
}
