using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using static System.FormattableString;

namespace SafetyGate.SpeedBench;

/// <summary>What a model's work costs in theory: bytes read, products made.</summary>
internal sealed class RealShape
{
    private readonly DecoderConfig _config;
    private readonly int _bytesOfNumber;
    private readonly long _weights; // numbers that a step reads: not the rows of an embedding that is no head

    public RealShape(string directory, string dtype)
    {
        _config = DecoderConfig.ParseText(File.ReadAllText(Path.Combine(directory, CheckpointReader.ConfigFileName)), directory);
        _bytesOfNumber = dtype switch { "float64" => 8, "float32" => 4, _ => 2 };
        Parameters = DecoderFactory.Shapes(_config).Sum(shape => shape.Shape.Aggregate(1L, (product, size) => product * size));
        _weights = Parameters - (_config.TieWordEmbeddings ? 0 : (long)_config.VocabularySize * _config.HiddenSize);
    }

    /// <summary>Numbers of the model.</summary>
    public long Parameters { get; }

    /// <summary>Seconds as people quote them.</summary>
    public string Speed(string work, double seconds, RealSettings settings) => work.Split(' ') switch
    {
        ["decode", var batch, _] => Invariant($"{seconds / settings.New * 1e3:0.00} ms a token, {int.Parse(batch, System.Globalization.CultureInfo.InvariantCulture) * settings.New / seconds:N0} tok/s"),
        ["grpo"] => Invariant($"{settings.GrpoPrompts} × {settings.GrpoSamples} × {settings.GrpoNew}: {settings.GrpoPrompts * settings.GrpoSamples * settings.GrpoNew / seconds:N0} new tok/s"),
        ["sft"] => Invariant($"{settings.SftRows} × {settings.SftTokens}: {settings.SftRows * settings.SftTokens / seconds:N0} tok/s"),
        ["eval"] => Invariant($"{settings.EvalPrompts} prompts: {settings.EvalPrompts / seconds:N0} a second"),
        ["kl"] => Invariant($"{settings.KlPrompts} × {settings.KlNew}: {settings.KlPrompts * settings.KlNew / seconds:N0} tok/s"),
        _ => Invariant($"{Parameters * 2 / seconds / 1e9:0.0} GB/s of bfloat16"),
    };

    /// <summary>Share of what the machine can do.</summary>
    public string Share(string work, double seconds, RealSettings settings, double tflops, double gigabytes)
    {
        if (work.Split(' ') is ["decode", var batch, _])
        {
            var rows = long.Parse(batch, System.Globalization.CultureInfo.InvariantCulture);
            var keysAndValues = rows * _config.Layers * 2L * _config.KeyValueHeads * _config.HeadDim * (settings.Prompt + (settings.New / 2));
            return Percent((_weights + keysAndValues) * _bytesOfNumber * settings.New / 1e9 / seconds / gigabytes);
        }
        return work == "sft" ? Percent(6.0 * _weights * settings.SftRows * settings.SftTokens / 1e12 / seconds / tflops) : "";
    }

    private static string Percent(double share) => double.IsFinite(share) ? Invariant($"{share:P0}") : "";
}
