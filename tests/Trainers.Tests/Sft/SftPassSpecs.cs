using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static SafetyGate.Trainers.Tests.Sft.SftBench;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>However the rows of an update are divided, packed or computed again, it is the same update.</summary>
public sealed class SftPassSpecs
{
    // Reported of trainers: a smoothed loss that grew with the batches of an update (huggingface/transformers#47261), and the first token of a
    // text, which nothing predicts, among those that the sum is divided by (#46204).
    [Theory]
    [InlineData(SftLossType.Nll, 0, true)]
    [InlineData(SftLossType.Nll, 0.2, true)]
    [InlineData(SftLossType.Nll, 0.2, false)]
    [InlineData(SftLossType.Dft, 0, false)]
    public void Two_micro_batches_make_the_update_of_one_batch(SftLossType loss, double smoothing, bool completionOnly)
    {
        // Each target weighs the same whichever way the rows are divided; only the order of float64 additions differs.
        var options = Options with { LossType = loss, LabelSmoothingFactor = smoothing, CompletionOnlyLoss = completionOnly };
        using var whole = TinyModel.Create(dtype: ScalarType.Float64);
        using var divided = TinyModel.Create(dtype: ScalarType.Float64);
        new SftTrainer(whole, TinyModel.Examples(), options with { PerDeviceTrainBatchSize = 6, GradientAccumulationSteps = 1 }).Train(null, null, CancellationToken.None);
        new SftTrainer(divided, TinyModel.Examples(), options with { PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 3 }).Train(null, null, CancellationToken.None);
        foreach (var (name, parameter) in whole.Parameters) Assert.True(parameter.allclose(divided.Parameters[name], 1e-9, 1e-9), name);
    }

    [Theory]
    [InlineData(1)] // a pass for each row
    [InlineData(12)]
    public void Passes_of_fewer_tokens_make_the_update_of_one_pass(int tokens)
    {
        using var whole = TinyModel.Create(dtype: ScalarType.Float64);
        using var divided = TinyModel.Create(dtype: ScalarType.Float64);
        new SftTrainer(whole, TinyModel.Examples(), Options).Train(null, null, CancellationToken.None);
        new SftTrainer(divided, TinyModel.Examples(), Options with { MicroBatchTokens = tokens }).Train(null, null, CancellationToken.None);
        foreach (var (name, parameter) in whole.Parameters) Assert.True(parameter.allclose(divided.Parameters[name], 1e-9, 1e-9), name);
    }

    [Fact]
    public void Layers_that_are_recomputed_change_no_bit_of_the_weights()
    {
        using var kept = new TemporaryFolder();
        using var recomputed = new TemporaryFolder();
        Assert.Equal(Run(kept.Path, Options), Run(recomputed.Path, Options with { GradientCheckpointing = true }));
        using var packed = new TemporaryFolder();
        using var packedAgain = new TemporaryFolder();
        var options = Options with { PerDeviceTrainBatchSize = 1, Packing = true, PackingStrategy = PackingStrategy.Bfd };
        Assert.Equal(Run(packed.Path, options), Run(packedAgain.Path, options with { GradientCheckpointing = true }));
    }

    [Fact]
    public void Packing_leaves_the_loss_as_it_is()
    {
        // All examples in one update, in rows of their own or packed: the same targets, so the same first loss and gradient.
        using var apart = new TemporaryFolder();
        using var packed = new TemporaryFolder();
        var options = Options with { MaxSteps = 1, GradientAccumulationSteps = 1, Schedule = new() { Kind = ScheduleKind.Constant } };
        var rows = Packing.Pack([.. TinyModel.Examples().Select(example => TokenRow.Of(example))], PackingStrategy.Bfd, 32);
        Run(apart.Path, options with { PerDeviceTrainBatchSize = 12 }, ScalarType.Float64);
        Run(packed.Path, options with { PerDeviceTrainBatchSize = rows.Count, Packing = true, PackingStrategy = PackingStrategy.Bfd }, ScalarType.Float64);
        foreach (var name in new[] { "loss", "grad_norm", "entropy", "mean_token_accuracy" })
            Near.Equal(MetricsLog.Values(apart.Path, name)[0], MetricsLog.Values(packed.Path, name)[0], Near.Float64, name);
    }

    [Fact]
    public void The_chunked_loss_is_the_same_number()
    {
        using var plain = new TemporaryFolder();
        using var chunked = new TemporaryFolder();
        Assert.Equal(Run(plain.Path, Options), Run(chunked.Path, Options with { LossType = SftLossType.ChunkedNll }));
    }
}
