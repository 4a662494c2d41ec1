using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

public sealed class KlMeterSpecs
{
    // The KL of a response of one token is that of the two distributions behind the prompt, whichever token was drawn: Σ p ln(p/q) of
    // p and q = softmax(logits / T).
    [Theory]
    [InlineData(1.0), InlineData(2.0), InlineData(0.5)]
    public void The_kl_is_of_the_distributions_at_the_temperature_of_the_draw(double temperature)
    {
        using var policy = TinyModel.Create(seed: 5, dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(seed: 9, dtype: ScalarType.Float64);
        int[] prompt = [1, 3, 7];
        var (p, q) = (Distribution(policy), Distribution(reference));
        var expected = p.Zip(q, (of, under) => of * Math.Log(of / under)).Sum();
        var samples = new KlMeter(policy, reference, [2]).Samples([new GenerationRequest { Key = "one", PromptIds = prompt }],
            new SamplingOptions { MaxNewTokens = 1, Temperature = temperature, SamplesPerPrompt = 3, Seed = 4 }, CancellationToken.None);
        Assert.Equal(3, samples.Count);
        foreach (var sample in samples) Near.Equal(expected, sample.Kl, Near.Float64, Invariant($"sample {sample.Sample}"));
        Assert.True(expected > 1e-3);

        double[] Distribution(IDecoder decoder)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            long[] ids = [.. prompt];
            var logits = decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = tensor(ids, [1, ids.Length]) })).reshape(ids.Length, -1)[ids.Length - 1];
            return (logits / temperature).softmax(-1).data<double>().ToArray();
        }
    }
}
