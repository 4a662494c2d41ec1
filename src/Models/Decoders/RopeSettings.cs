namespace SafetyGate.Models.Decoders;

/// <summary>A rotary position embedding (arXiv:2104.09864): which angle a position turns each pair of features by.</summary>
/// <remarks>
/// The frequencies are computed in float32 step by step as transformers computes them, whatever the model's number type: an ulp there moves
/// far positions visibly.
/// </remarks>
public sealed record RopeSettings
{
    /// <summary>Kinds of scaling this product computes.</summary>
    public static IReadOnlyList<string> KnownTypes { get; } = ["default", "linear", "llama3"];

    /// <summary>Base of the geometric row of frequencies. 10,000 unless the model differs.</summary>
    public double Theta { get; init; } = 10_000;

    /// <summary>Kind of scaling, one of <see cref="KnownTypes"/>.</summary>
    public string Type { get; init; } = "default";

    /// <summary>Divides frequencies (all of them for <c>linear</c>, the low ones for <c>llama3</c>).</summary>
    public double Factor { get; init; } = 1;

    /// <summary>llama3: wavelengths above the original length over this are scaled in full.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>llama3: wavelengths below the original length over this are left alone.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>llama3: positions the model was pretrained with.</summary>
    public int OriginalMaxPositions { get; init; } = 8192;

    /// <summary>The angle per position of each feature pair.</summary>
    /// <param name="headDim">Features of a head; even.</param>
    /// <returns>headDim / 2 numbers, radians per position.</returns>
    public float[] InverseFrequencies(int headDim)
    {
        var frequencies = new float[headDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var exponent = 2 * i / (float)headDim;
            var frequency = 1f / (float)Math.Pow(Theta, exponent);
            frequencies[i] = Type switch
            {
                "linear" => frequency / (float)Factor,
                "llama3" => Llama3(frequency),
                _ => frequency,
            };
        }
        return frequencies;
    }

    // transformers, modeling_rope_utils.py, _compute_llama3_parameters: bands by wavelength, a linear blend between them.
    private float Llama3(float frequency)
    {
        var wavelength = (float)(2 * Math.PI) / frequency;
        var scaled = frequency / (float)Factor;
        if (wavelength > (float)(OriginalMaxPositions / LowFrequencyFactor)) return scaled;
        if (wavelength < (float)(OriginalMaxPositions / HighFrequencyFactor)) return frequency;
        var smooth = (OriginalMaxPositions / wavelength - (float)LowFrequencyFactor) / (float)(HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / (float)Factor + smooth * frequency;
    }
}
