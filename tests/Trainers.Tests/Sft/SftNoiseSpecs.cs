using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static SafetyGate.Trainers.Tests.Sft.SftBench;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>Noise on the embeddings while training (NEFTune).</summary>
public sealed class SftNoiseSpecs
{
    [Fact]
    public void Noise_on_embeddings_is_that_of_other_embeddings()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyModel.Create(dtype: ScalarType.Float64);
        using var moved = TinyModel.Create(dtype: ScalarType.Float64);
        var input = new DecoderInput { IdsBT = tensor(new long[] { 3, 9, 4, 17 }, [1, 4]) }; // each token once, so that a row of the table is one of the noise
        var noise = new EmbeddingNoise(5, 8);
        var table = moved.Parameters["model.embed_tokens.weight"];
        var added = noise.AddedTo(zeros([1, 4, 16], ScalarType.Float64)).squeeze(0);
        using (no_grad()) table.index_add_(0, input.IdsBT.reshape(-1), added, 1);
        foreach (var recompute in new[] { false, true })
        {
            decoder.Parameters.RequireGradients(true);
            using var noisy = decoder.TrainingPass(input with { Noise = noise }, recompute);
            using var other = moved.TrainingPass(input, recompute);
            Assert.True(noisy.Hidden.allclose(other.Hidden, 1e-12, 1e-12));
        }

        Assert.True(added.abs().max().item<double>() is > 0.5 and <= 5 / 8.0); // α/√(T·D) = 5/√(4·16)
        Assert.InRange(added.mean().item<double>(), -.2, .2);
        Assert.False(added.allclose((noise with { Seed = 9 }).AddedTo(zeros([1, 4, 16], ScalarType.Float64)).squeeze(0)));
    }

    [Fact]
    public void Noise_is_drawn_anew_in_every_step()
    {
        // The same rows at weights that do not move: without noise every step has the same loss, with it no two have.
        var still = Options with { MaxSteps = 4, LearningRate = 1e-12, PerDeviceTrainBatchSize = 12, GradientAccumulationSteps = 1, ShuffleDataset = false };
        using var quiet = new TemporaryFolder();
        using var noisy = new TemporaryFolder();
        Run(quiet.Path, still);
        Run(noisy.Path, still with { NeftuneNoiseAlpha = 5 });
        double[] Losses(TemporaryFolder folder) => [.. MetricsLog.Values(folder.Path, "loss").Select(loss => Math.Round(loss, 5)).Distinct()];
        Assert.Single(Losses(quiet));
        Assert.Equal(4, Losses(noisy).Length);
    }

    [Fact]
    public void A_run_with_noise_resumes_with_the_same_and_layers_that_are_recomputed_have_it_too()
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        using var recomputed = new TemporaryFolder();
        using var quiet = new TemporaryFolder();
        var options = Options with { NeftuneNoiseAlpha = 5 };
        var expected = Run(undisturbed.Path, options);
        Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, options, cancelAfter: 6));
        Assert.Equal(expected, Run(interrupted.Path, options));
        Assert.Equal(expected, Run(recomputed.Path, options with { GradientCheckpointing = true }));
        Assert.NotEqual(expected.Weights, Run(quiet.Path, Options).Weights);
        Assert.Contains("neftune_noise_alpha is 0", Assert.Single((Options with { NeftuneNoiseAlpha = 0 }).Problems()), StringComparison.Ordinal);
    }
}
