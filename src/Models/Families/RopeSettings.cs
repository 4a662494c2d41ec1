using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Families;

/// <summary>A rotary position embedding (arXiv:2104.09864): which angle a position turns each pair of features by.</summary>
/// <remarks>
/// The frequencies are computed in float32 step by step as transformers computes them, whatever the model's number type: an ulp there moves
/// far positions visibly. Source of every kind: transformers, <c>modeling_rope_utils.py</c>.
/// </remarks>
public sealed record RopeSettings
{
    /// <summary>Kinds of scaling this product computes.</summary>
    public static IReadOnlyList<string> KnownTypes { get; } = ["default", "linear", "dynamic", "llama3", "yarn", "longrope"];

    /// <summary>Base of the geometric row of frequencies. 10,000 unless the model differs.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>Kind of scaling, one of <see cref="KnownTypes"/>.</summary>
    public string Type { get; init; } = "default";

    /// <summary>
    /// Divides frequencies (all of them for <c>linear</c>, the low ones for <c>llama3</c> and <c>yarn</c>). With <c>longrope</c> only
    /// <see cref="AttentionFactor"/> follows from it.
    /// </summary>
    public double Factor { get; init; } = 1;

    /// <summary>llama3: wavelengths above the original length over this are scaled in full.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>llama3: wavelengths below the original length over this are left alone.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>llama3, yarn, longrope: positions the model was pretrained with.</summary>
    public int OriginalMaxPositions { get; init; } = 8192;

    /// <summary>yarn: a pair that turns more often than this over the original length is left alone. Default 32 (arXiv:2309.00071).</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>yarn: a pair that turns less often than this is scaled in full. Default 1 (arXiv:2309.00071).</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>yarn: whether the ends of the ramp between the two are rounded to whole pairs, as by default.</summary>
    public bool TruncatesRamp { get; init; } = true;

    /// <summary>Multiplies cosines and sines: 1 but for yarn and longrope.</summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>longrope: divides each frequency in sequences of up to <see cref="OriginalMaxPositions"/> tokens.</summary>
    public IReadOnlyList<double> ShortFactors { get; init; } = [];

    /// <summary>longrope: divides each frequency in longer sequences.</summary>
    public IReadOnlyList<double> LongFactors { get; init; } = [];

    /// <summary>Share of a head's features that are turned, the first ones; 1 for all.</summary>
    public double RotatedShare { get; init; } = 1;

    /// <summary>Length of a sequence from which all its positions are turned by other angles; <c>null</c> where that never happens.</summary>
    public int? LongFrom => Type == "longrope" && !ShortFactors.SequenceEqual(LongFactors) ? OriginalMaxPositions + 1 : null;

    /// <summary>Features of a head that are turned.</summary>
    public int RotatedFeatures(int headDim) => (int)(headDim * RotatedShare);

    /// <summary>The angle per position of each feature pair.</summary>
    /// <param name="headDim">Features of a head.</param>
    /// <param name="isLong">Whether the sequence has <see cref="LongFrom"/> tokens or more.</param>
    /// <returns>Half as many numbers as features are turned, radians per position.</returns>
    public float[] InverseFrequencies(int headDim, bool isLong = false)
    {
        var features = RotatedFeatures(headDim);
        var frequencies = new float[features / 2];
        var (rampStart, rampEnd) = Type == "yarn" ? Ramp(features) : default;
        var wavelengths = Powers(features); // over 2π
        for (var i = 0; i < frequencies.Length; i++)
        {
            var wavelength = wavelengths[i];
            frequencies[i] = Type switch
            {
                "linear" => 1f / wavelength / (float)Factor,
                "llama3" => Llama3(1f / wavelength),
                "yarn" => Yarn(wavelength, Math.Clamp((i - (float)rampStart) / (float)(rampEnd - rampStart), 0, 1)),
                "longrope" => 1f / ((float)(isLong ? LongFactors : ShortFactors)[i] * wavelength),
                _ => 1f / wavelength, // dynamic too: it differs only beyond the positions that are read
            };
        }
        return frequencies;
    }

    /// <summary>Whether another object means the same rotation.</summary>
    internal bool Means(RopeSettings other) =>
        this == other with { ShortFactors = ShortFactors, LongFactors = LongFactors } // lists compare by reference
            && ShortFactors.SequenceEqual(other.ShortFactors) && LongFactors.SequenceEqual(other.LongFactors);

    // By the operator that transformers calls: its power may be an ulp off, and then so must this be.
    private float[] Powers(int features)
    {
        using var scope = NewDisposeScope();
        var exponents = tensor([.. Enumerable.Range(0, features / 2).Select(pair => 2L * pair)], ScalarType.Int64).to(ScalarType.Float32).Over(features);
        return pow(tensor((float)Theta), exponents).data<float>().ToArray();
    }

    // Bands by wavelength, a linear blend between them. PyTorch divides a number by a tensor as the number times the reciprocals.
    private float Llama3(float frequency)
    {
        var wavelength = 1f / frequency * (float)(2 * Math.PI);
        var scaled = frequency / (float)Factor;
        if (wavelength > (float)(OriginalMaxPositions / LowFrequencyFactor)) return scaled;
        if (wavelength < (float)(OriginalMaxPositions / HighFrequencyFactor)) return frequency;
        var smooth = (1f / wavelength * OriginalMaxPositions - (float)LowFrequencyFactor) / (float)(HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / (float)Factor + smooth * frequency;
    }

    // Fast pairs keep their frequency, slow ones are divided, and those on the ramp are blended.
    private float Yarn(float wavelength, float ramp)
    {
        var kept = 1 - ramp;
        return 1f / ((float)Factor * wavelength) * (1 - kept) + 1f / wavelength * kept;
    }

    // The pairs between which the blend runs: those that turn BetaFast and BetaSlow times over the original length.
    private (double Start, double End) Ramp(int features)
    {
        double PairThatTurns(double times) => features * Math.Log(OriginalMaxPositions / (times * 2 * Math.PI)) / (2 * Math.Log(Theta));
        var (start, end) = (PairThatTurns(BetaFast), PairThatTurns(BetaSlow));
        if (TruncatesRamp) (start, end) = (Math.Floor(start), Math.Ceiling(end));
        (start, end) = (Math.Max(start, 0), Math.Min(end, features - 1));
        return start == end ? (start, end + 0.001) : (start, end);
    }
}
