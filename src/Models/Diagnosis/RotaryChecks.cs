using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Diagnosis;

/// <summary>
/// Settings of rotary scaling that contradict one another or the positions of the model. What is computed is what transformers computes with
/// them, which warns of most of these (<c>modeling_rope_utils.py</c>).
/// </summary>
internal static class RotaryChecks
{
    private const string Subject = "positions", Config = CheckpointReader.ConfigFileName;

    /// <summary>Runs the checks.</summary>
    public static void Run(DecoderConfig config, Findings findings)
    {
        var scalings = config.LayerPlans.Select(plan => plan.Rope).OfType<RopeSettings>().Where(rope => rope.Type != "default")
            .DistinctBy(rope => (rope.Type, rope.Factor, rope.OriginalMaxPositions, rope.BetaFast, rope.BetaSlow));
        foreach (var rope in scalings)
        {
            var before = findings.All.Count;
            Factor(config, rope, findings);
            Ramp(config, rope, findings);
            if (findings.All.Count == before) findings.Ok(Subject, Invariant($"{rope.Type} scaling by {rope.Factor}, {config.MaxPositions} positions"), Config);
        }
    }

    private static void Factor(DecoderConfig config, RopeSettings rope, Findings findings)
    {
        if (rope.Factor < 1)
            findings.Warn(Subject, Invariant($"{rope.Type} scaling has the factor {rope.Factor}; a factor is 1 or more"), Config, "it is used as it is; find out which one the model was trained with");
        if (rope.Type is not ("yarn" or "longrope") || (rope.Type == "longrope" && rope.AttentionFactor != RopeReader.LongRopeAttention(rope.Factor, rope.OriginalMaxPositions))) return;
        // Compared exactly, as there; a quotient of 1 is that of a file without the original positions.
        var ratio = config.MaxPositions / (double)rope.OriginalMaxPositions;
        if (ratio == rope.Factor || ratio == 1) return;
        var use = rope.Type == "yarn" ? "the factor is used, as in transformers" : "the factor is used, as in transformers 5; transformers 4 takes the quotient";
        findings.Warn(Subject, Invariant($"{rope.Type} scaling has the factor {rope.Factor}, but {config.MaxPositions} positions are {ratio:0.####} times the original {rope.OriginalMaxPositions}; {use}"), Config, "correct factor, max_position_embeddings or original_max_position_embeddings to what the model was trained with");
    }

    private static void Ramp(DecoderConfig config, RopeSettings rope, Findings findings)
    {
        if (rope.Type == "yarn" && rope.BetaFast < rope.BetaSlow)
            findings.Warn(Subject, Invariant($"yarn scaling has beta_fast {rope.BetaFast} below beta_slow {rope.BetaSlow}, so that its ramp runs backwards"), Config, "beta_fast is the larger one, 32 by default, beta_slow 1");
        if (rope.Type == "llama3" && rope.OriginalMaxPositions >= config.MaxPositions)
            findings.Warn(Subject, Invariant($"llama3 scaling has {rope.OriginalMaxPositions} original positions and the model {config.MaxPositions}; the original ones must be fewer"), Config, "correct original_max_position_embeddings or max_position_embeddings to what the model was trained with");
    }
}
