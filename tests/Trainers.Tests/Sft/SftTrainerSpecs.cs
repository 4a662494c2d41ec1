using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static SafetyGate.Trainers.Tests.Sft.SftBench;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>What the trainer of supervised fine-tuning does to a model and tells of it, and how a run ends.</summary>
public sealed class SftTrainerSpecs
{
    [Fact]
    public void A_model_learns_what_its_examples_say()
    {
        using var decoder = TinyModel.Create();
        var report = new SftTrainer(decoder, TinyModel.Examples(), Options with { MaxSteps = 150 }).Train(null, null, CancellationToken.None);
        Assert.True(report.LastLoss < 0.5 * report.FirstLoss, $"{report.FirstLoss} → {report.LastLoss}");
        Assert.Equal(("steps", 150L, 75.0), (report.StoppedBy, report.Steps, report.Epochs)); // 150 steps of 6 of 12 rows
    }

    [Fact]
    public void A_bfloat16_model_with_float32_masters_moves_by_steps_that_it_alone_would_lose()
    {
        // bfloat16 has 8 bits: a step of 1e-5 is below half a unit of the last place of all but the smallest weights.
        var options = Options with { MaxSteps = 60, LearningRate = 1e-4, Schedule = new() { Kind = ScheduleKind.Constant }, Optimizer = new() };
        double Moved(ScalarType dtype, bool? masters)
        {
            using var scope = NewDisposeScope();
            using var first = TinyModel.Create(dtype: dtype);
            using var trained = TinyModel.Create(dtype: dtype);
            new SftTrainer(trained, TinyModel.Examples(), options with { MasterWeights = masters }).Train(null, null, CancellationToken.None);
            return first.Parameters.Sum(parameter => (trained.Parameters[parameter.Key] - parameter.Value).to(ScalarType.Float64).abs().sum().item<double>());
        }

        var (single, masters, pure) = (Moved(ScalarType.Float32, null), Moved(ScalarType.BFloat16, null), Moved(ScalarType.BFloat16, false));
        Assert.InRange(masters / single, 0.9, 1.1);
        Assert.True(pure < 0.7 * single, Invariant($"moved {pure} without masters, {masters} with, {single} in float32"));
    }

    [Fact]
    public void A_row_of_metrics_has_trls_names()
    {
        using var folder = new TemporaryFolder();
        var (_, metrics) = Run(folder.Path, Options);
        var row = JsonNode.Parse(metrics.Split('\n')[2])!.AsObject();
        Assert.Equal(["step", "epoch", "loss", "grad_norm", "learning_rate", "num_tokens", "mean_token_accuracy", "entropy"], row.Select(field => field.Key));
        Assert.Equal((3L, 1.5, 0.01), ((long)row["step"]!, (double)row["epoch"]!, (double)row["learning_rate"]!)); // 18 of 12 rows; the warm-up of 2 is over
        Assert.InRange((double)row["entropy"]!, 0, Math.Log(TinyModel.Vocabulary));
    }

    [Theory]
    [InlineData(0.5, 6, "target")]
    [InlineData(0.995, 12, "steps")]
    public void A_run_ends_when_the_target_is_reached_or_its_steps_are_done(double accuracy, long steps, string stoppedBy)
    {
        using var decoder = TinyModel.Create();
        var options = Options with { Target = new() { Accuracy = accuracy, EverySteps = 3 } };
        var measured = new List<long>();
        var report = new SftTrainer(decoder, TinyModel.Examples(), options, probe: (step, _) =>
        {
            measured.Add(step);
            return step / 12.0 * 0.98 + 0.01;
        }).Train(null, null, CancellationToken.None);
        Assert.Equal((steps, stoppedBy, stoppedBy == "target"), (report.Steps, report.StoppedBy, report.ReachedTarget));
        Assert.Equal(Enumerable.Range(1, (int)steps / 3).Select(i => i * 3L), measured);
    }

    [Fact]
    public void A_target_that_must_be_reached_fails_the_run_when_it_is_not()
    {
        using var decoder = TinyModel.Create();
        var options = Options with { Target = new() { Accuracy = 0.9, EverySteps = 5, MustReach = true } };
        var failure = Assert.Throws<TrainingFailedException>(() => new SftTrainer(decoder, TinyModel.Examples(), options, probe: (_, _) => 0.25).Train(null, null, CancellationToken.None));
        Assert.Contains("12 steps", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_loss_that_is_no_number_stops_the_run_and_names_step_and_batch(float poison)
    {
        using var decoder = TinyModel.Create();
        // Token 22 stands in the example tiny:4 only; its embedding spoils the batch that holds it.
        using (no_grad()) decoder.Parameters["model.embed_tokens.weight"][22].fill_(poison);
        var poisoned = TinyModel.Examples(3).Append(new TokenExample { Id = "tiny:4", PromptIds = [1, 22], CompletionIds = [4, 2] }).ToList();
        var options = Options with { PerDeviceTrainBatchSize = 1, GradientAccumulationSteps = 1, ShuffleDataset = false, LearningRate = 1e-9, MaxGradNorm = 0 };
        var failure = Assert.Throws<TrainingFailedException>(() => new SftTrainer(decoder, poisoned, options).Train(null, null, CancellationToken.None));
        Assert.Matches(@"Step [14]: ", failure.Message); // tied weights: the head shows the poison at once
        Assert.Contains("tiny:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_stays_beyond_all_guessing_has_diverged()
    {
        using var decoder = TinyModel.Create();
        var options = Options with { MaxSteps = 60, LearningRate = 3, Schedule = new() { Kind = ScheduleKind.Constant } };
        var failure = Assert.Throws<TrainingFailedException>(() => new SftTrainer(decoder, TinyModel.Examples(), options).Train(null, null, CancellationToken.None));
        Assert.Matches(@"^Steps \d+ to \d+: the loss stays above 6\.\d+ \(the first was .*\): the run has diverged\. Lower the learning rate", failure.Message);
    }

    [Fact]
    public void A_loss_that_was_beyond_guessing_at_first_has_not_diverged()
    {
        using var folder = new TemporaryFolder();
        using var decoder = TinyModel.Create();
        using (no_grad()) decoder.Parameters["model.norm.weight"].mul_(40);
        new SftTrainer(decoder, TinyModel.Examples(), Options with { MaxSteps = 12, LearningRate = 1e-9 }).Train(folder.Path, null, CancellationToken.None);
        Assert.All(MetricsLog.Values(folder.Path, "loss"), loss => Assert.True(loss > 2 * Math.Log(TinyModel.Vocabulary), Invariant($"{loss}")));
    }

    [Fact]
    public void All_problems_of_the_options_are_told_at_once()
    {
        using var decoder = TinyModel.Create();
        var message = Assert.Throws<ArgumentException>(() => new SftTrainer(decoder, TinyModel.Examples(), Options with { MaxSteps = 0, LearningRate = double.NaN, LabelSmoothingFactor = 1 })).Message;
        foreach (var name in new[] { "max_steps", "learning_rate", "label_smoothing_factor" }) Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_keeps_no_tensors_behind()
    {
        using var decoder = TinyModel.Create();
        new SftTrainer(decoder, TinyModel.Examples(), Options).Train(null, null, CancellationToken.None);
        Assert.All(decoder.Parameters.Values, parameter => Assert.False(parameter.requires_grad));
        Assert.All(decoder.Parameters.Values, parameter => Assert.Null(parameter.grad));
    }
}
