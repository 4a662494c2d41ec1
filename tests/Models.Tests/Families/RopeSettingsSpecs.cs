using SafetyGate.Models.Families;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Families;

/// <summary>Rotary frequencies to the last bit, since an ulp moves far positions.</summary>
public sealed class RopeSettingsSpecs
{
    [Fact]
    public void Frequencies_are_those_of_the_operators_that_transformers_uses()
    {
        using var scope = NewDisposeScope();
        var others = new List<string>();
        foreach (var theta in (double[])[10_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 8_000_000, 150_000, 100_000, 50_000, 25_000_000])
            foreach (var features in (int[])[4, 6, 8, 12, 16, 32, 40, 48, 64, 72, 80, 96, 128, 256])
            {
                using Scalar two = 2, zero = 0, end = features;
                var exponents = arange(zero, end, two, ScalarType.Int64).to(ScalarType.Float32) / features;
                var expected = Numbers.Of(pow(tensor((float)theta), exponents).reciprocal());
                var actual = new RopeSettings { Theta = theta }.InverseFrequencies(features);
                for (var i = 0; i < actual.Length; i++)
                    if ((float)expected[i] != actual[i]) others.Add(Invariant($"theta {theta}, {features} features, pair {i}: {actual[i]:R} is {expected[i]:R}"));
            }
        Assert.True(others.Count == 0, Invariant($"{others.Count} differ: {string.Join("; ", others.Take(5))}"));
    }

    [Theory]
    [InlineData(true, 0.01 * ((0.25 * 3 / 7) + (4.0 / 7)))] // the ramp runs from pair 5 to pair 12: 3 of 7 steps
    [InlineData(false, 0.0065569715)] // from 5.236 to 11.257
    public void Yarn_divides_slow_pairs_keeps_fast_ones_and_blends_between(bool truncates, double blended)
    {
        // 10,000^(-2i / 32) turns 32 times over 4,096 positions at pair 5.236 and once at pair 11.257.
        var frequencies = new RopeSettings { Type = "yarn", Factor = 4, OriginalMaxPositions = 4096, TruncatesRamp = truncates }.InverseFrequencies(32);
        Assert.Equal(Math.Pow(10_000, -10 / 32.0), frequencies[5], 1e-8);
        Assert.Equal(blended, frequencies[8], 1e-8);
        Assert.Equal(0.001 / 4, frequencies[12], 1e-10);
    }
}
