using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Loop;

public sealed class TrainingStateSpecs
{
    private static readonly TrainingState Facts = new()
    {
        RunDigest = "of this run", Step = 3, Tokens = 40, MetricsLength = 7, Accuracy = 0.5, ReachedTarget = false, Optimizer = "adamw", OptimizerSteps = 6,
    };

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void What_was_saved_is_read_back_bit_for_bit(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var (weight, moment) = (arange(21, dtype: ScalarType.Float32).reshape(3, 7).to(type), ones(5, dtype: ScalarType.Float32));
        TrainingStateFile.Save(folder.Path, Facts, [new("a.weight", weight.t())], [new("exp_avg/a", moment)]); // strided: bytes are row-major all the same
        using var saved = TrainingStateFile.Open(folder.Path)!;
        Assert.Equal(Facts, saved.Facts);
        var (read, readMoment) = (zeros([7, 3], dtype: type), zeros(5));
        saved.FillWeight("a.weight", read);
        saved.FillMoment("exp_avg/a", readMoment);
        Assert.Equal(TinyModel.BytesOf(weight.t()), TinyModel.BytesOf(read));
        Assert.Equal(TinyModel.BytesOf(moment), TinyModel.BytesOf(readMoment));
    }

    [Fact]
    public void A_tensor_of_another_name_shape_or_number_type_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        TrainingStateFile.Save(folder.Path, Facts, [new("a", ones(4))], []);
        using var saved = TrainingStateFile.Open(folder.Path)!;
        Assert.Contains("no tensor 'weights/b'", Assert.Throws<UserErrorException>(() => saved.FillWeight("b", ones(4))).Message, StringComparison.Ordinal);
        Assert.Contains("the run needs Float32 [2, 2]", Assert.Throws<UserErrorException>(() => saved.FillWeight("a", ones(2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("the run needs Float64 [4]", Assert.Throws<UserErrorException>(() => saved.FillWeight("a", ones(4, dtype: ScalarType.Float64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_facts_are_under_the_digest_too()
    {
        using var folder = new TemporaryFolder();
        using (var tensor = ones(4)) TrainingStateFile.Save(folder.Path, Facts, [new("a", tensor)], []);
        var path = Path.Combine(folder.Path, TrainingStateFile.FileName);
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf("\\\"step\\\":3"u8);
        Assert.True(at > 0);
        bytes[at + 9] = (byte)'4';
        Assert.Equal((byte)'3', File.ReadAllBytes(path)[at + 9]);
        File.WriteAllBytes(path, bytes);
        Assert.Contains("does not match its own digest", Assert.Throws<UserErrorException>(() => TrainingStateFile.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_larger_than_one_part_is_written_and_read_whole()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var large = arange((TensorBytes.PartBytes / 4) + 5, dtype: ScalarType.Float32);
        TrainingStateFile.Save(folder.Path, Facts, [new("a", large)], []);
        using var saved = TrainingStateFile.Open(folder.Path)!;
        var read = zeros_like(large);
        saved.FillWeight("a", read);
        Assert.Equal(0, read.ne(large).sum().item<long>());
    }
}
