using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static SafetyGate.Trainers.Tests.Sft.SftBench;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>Runs that were interrupted, and the states they left: the weights and metrics are those of an undisturbed run.</summary>
public sealed class SftResumeSpecs
{
    // Interrupted at the first step, before, at and after a saved state, and at the last step.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(11)]
    public void An_interrupted_run_ends_with_the_weights_and_metrics_of_an_undisturbed_one(int interruptedAfter)
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        var (weights, metrics) = Run(undisturbed.Path, Options);
        Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, Options, cancelAfter: interruptedAfter));
        var (resumedWeights, resumedMetrics) = Run(interrupted.Path, Options);
        Assert.Equal(weights, resumedWeights);
        Assert.Equal(metrics, resumedMetrics);
        Assert.Equal(12, metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_run_interrupted_again_and_again_ends_with_the_same_weights()
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        var options = Options with { SaveSteps = 1 };
        var expected = Run(undisturbed.Path, options);
        for (var step = 1; step < 12; step++) Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, options, cancelAfter: step));
        Assert.Equal(expected, Run(interrupted.Path, options));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    public void An_interrupted_bfloat16_run_resumes_with_its_masters(int interruptedAfter)
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        var expected = Run(undisturbed.Path, Options, ScalarType.BFloat16);
        Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, Options, ScalarType.BFloat16, cancelAfter: interruptedAfter));
        Assert.Equal(expected, Run(interrupted.Path, Options, ScalarType.BFloat16));
    }

    [Fact]
    public void A_finished_run_asked_for_again_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(Run(folder.Path, Options), Run(folder.Path, Options));
    }

    [Fact]
    public void How_often_the_state_is_saved_decides_no_weight()
    {
        using var often = new TemporaryFolder();
        using var seldom = new TemporaryFolder();
        Assert.Equal(Run(often.Path, Options with { SaveSteps = 1 }), Run(seldom.Path, Options with { SaveSteps = 100 }));
    }

    [Fact]
    public void Half_a_state_left_by_a_killed_process_is_not_read()
    {
        using var undisturbed = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        var expected = Run(undisturbed.Path, Options);
        Assert.Throws<OperationCanceledException>(() => Run(killed.Path, Options, cancelAfter: 6));
        var state = Path.Combine(killed.Path, TrainingStateFile.FileName);
        File.WriteAllBytes(state + ".tmp", File.ReadAllBytes(state)[..200]);
        Assert.Equal(expected, Run(killed.Path, Options));
    }

    [Theory]
    [InlineData(200)] // cut off
    [InlineData(-1)] // one bit turned
    public void A_damaged_state_is_moved_aside_and_the_run_starts_over(int length)
    {
        using var undisturbed = new TemporaryFolder();
        using var damaged = new TemporaryFolder();
        var expected = Run(undisturbed.Path, Options);
        Assert.Throws<OperationCanceledException>(() => Run(damaged.Path, Options, cancelAfter: 6));
        var path = Path.Combine(damaged.Path, TrainingStateFile.FileName);
        var bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, length > 0 ? bytes[..length] : bytes);
        var told = new List<RunProgress>();
        Assert.Equal(expected, Run(damaged.Path, Options, told: told));
        Assert.Contains("starting over", told[0].Detail, StringComparison.Ordinal);
        Assert.True(File.Exists(path + ".damaged"));
    }

    [Fact]
    public void Metrics_shorter_than_the_state_knows_them_start_the_run_over()
    {
        using var undisturbed = new TemporaryFolder();
        using var cut = new TemporaryFolder();
        var expected = Run(undisturbed.Path, Options);
        Assert.Throws<OperationCanceledException>(() => Run(cut.Path, Options, cancelAfter: 6));
        File.WriteAllText(Path.Combine(cut.Path, MetricsLog.FileName), "");
        Assert.Equal(expected, Run(cut.Path, Options));
    }

    [Fact]
    public void The_state_of_another_run_is_not_taken_up()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options);
        Assert.Contains("another run", Assert.Throws<UserErrorException>(() => Run(folder.Path, Options with { LearningRate = 0.02 })).Message, StringComparison.Ordinal);
    }
}
