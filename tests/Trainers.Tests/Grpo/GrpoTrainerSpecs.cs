using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static SafetyGate.Trainers.Tests.Grpo.GrpoBench;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>What the trainer does with what was drawn: updates, saved states, metrics, and how it ends.</summary>
public sealed class GrpoTrainerSpecs
{
    [Fact]
    public void What_is_rewarded_becomes_likelier()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 40, PromptsPerStep = 4, NumGenerations = 8, MaxCompletionLength = 2 });
        var rewards = MetricsLog.Values(folder.Path, "reward");
        Assert.InRange(rewards.Take(3).Average(), .2, .8);
        Assert.True(rewards.TakeLast(3).Average() > .9, Invariant($"reward went from {rewards[0]} to {rewards[^1]}"));
        Assert.All(MetricsLog.Values(folder.Path, "kl"), kl => Assert.True(double.IsFinite(kl)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void An_interrupted_run_goes_on_as_if_it_had_not_been(int cancelAfter)
    {
        var options = Options with { NumIterations = 2, MicroBatchRows = 5 };
        using var undisturbed = new TemporaryFolder();
        using var resumed = new TemporaryFolder();
        var expected = Run(undisturbed.Path, options);
        Assert.Throws<OperationCanceledException>(() => Run(resumed.Path, options, cancelAfter: cancelAfter));
        Assert.Equal(expected, Run(resumed.Path, options));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_steered_entropy_bonus_goes_on_in_a_resumed_run(int cancelAfter)
    {
        // The first entropy is about ln 24 = 3.2 nats, so it is at or below the target in every update.
        var options = Options with { MaxSteps = 5, NumIterations = 2, SaveSteps = 1, UseAdaptiveEntropy = true, EntropyTarget = 5, EntropyCoefDelta = 0.01 };
        using var undisturbed = new TemporaryFolder();
        using var resumed = new TemporaryFolder();
        var expected = Run(undisturbed.Path, options);
        Assert.Equal([0.02, 0.04, 0.06, 0.08, 0.1], MetricsLog.Values(undisturbed.Path, "entropy_coef"), new Close(1e-12)); // two updates a step
        Assert.All(MetricsLog.Values(undisturbed.Path, "entropy_last_update"), entropy => Assert.InRange(entropy, 0, Math.Log(TinyModel.Vocabulary)));
        Assert.Throws<OperationCanceledException>(() => Run(resumed.Path, options, cancelAfter: cancelAfter));
        Assert.Equal(expected, Run(resumed.Path, options));
        Assert.NotEqual(expected.Weights, Run(null, options with { EntropyCoefDelta = 0.02 }).Weights);
        Assert.Equal(Run(null, options with { EntropyTarget = 0, EntropyCoefficient = 0.5 }).Weights, Run(null, options with { UseAdaptiveEntropy = false, EntropyTarget = null, EntropyCoefDelta = null }).Weights); // never at 0: no bonus
    }

    [Fact]
    public void The_state_of_another_run_is_not_taken_up()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options);
        Assert.Contains("another run", Assert.Throws<UserErrorException>(() => Run(folder.Path, Options with { Beta = 0.03 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Micro_batches_make_the_update_of_one_batch()
    {
        foreach (var mode in new[] { GrpoMode.Rlvr, GrpoMode.Grpo, GrpoMode.Dapo })
        {
            var options = GrpoOptions.For(mode, 2, 0.01, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4, DynamicSamplingRounds = 0, Optimizer = new() { Kind = OptimizerKind.Sgd } };
            Assert.Equal(Weights(options), Weights(options with { MicroBatchRows = 5 }), new Close(1e-9));
            Assert.Equal(Weights(options), Weights(options with { MicroBatchTokens = 11 }), new Close(1e-9));
            Assert.Equal(Weights(options), Weights(options with { GradientCheckpointing = true }), new Close(0));
        }
    }

    [Theory]
    [InlineData(double.NaN, "is NaN")]
    [InlineData(1.5, "is 1.5")]
    [InlineData(-0.1, "is -0.1")]
    [InlineData(double.PositiveInfinity, "must lie in [0, 1]")]
    public void A_reward_that_is_no_share_stops_the_run_and_is_named(double value, string message)
    {
        var failure = Assert.Throws<TrainingFailedException>(() => Run(null, Options, rewards: [new("odd-one", _ => value)]));
        foreach (var part in new[] { "Step 1", "'odd-one'", "item-", message }) Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reward_that_throws_stops_the_run_with_its_message()
    {
        var failure = Assert.Throws<TrainingFailedException>(() => Run(null, Options, rewards: [new("brittle", _ => throw new InvalidOperationException("no sandbox"))]));
        Assert.Contains("'brittle' failed: no sandbox", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void A_reward_that_applies_nowhere_stops_the_run()
    {
        Assert.Contains("no reward applies", Assert.Throws<TrainingFailedException>(() => Run(null, Options, rewards: [new("silent", _ => null)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_of_equal_rewards_move_nothing()
    {
        using var folder = new TemporaryFolder();
        var options = GrpoOptions.For(GrpoMode.DrGrpo, 2, 0.5, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4, Optimizer = new() { Kind = OptimizerKind.Sgd } };
        using var untouched = TinyModel.Create();
        Assert.Equal(Convert.ToHexString(TinyModel.Weights(untouched)), Run(folder.Path, options, rewards: [new("always", _ => 1)]).Weights);
        Assert.All(MetricsLog.Values(folder.Path, "frac_reward_zero_std"), share => Assert.Equal(1, share));
    }

    [Fact]
    public void Truncated_responses_are_counted_and_left_out_if_so_wished()
    {
        using var folder = new TemporaryFolder();
        // The end token (2) as the only one of a response is the one way not to be cut.
        var options = GrpoOptions.For(GrpoMode.DrGrpo, 1, 0.5, 7) with { PromptsPerStep = 3, NumGenerations = 8, MaxCompletionLength = 1, Optimizer = new() { Kind = OptimizerKind.Sgd } };
        var taught = Run(folder.Path, options, eos: []);
        Assert.Equal(1, MetricsLog.Values(folder.Path, "completions/clipped_ratio")[0]);
        using var other = new TemporaryFolder();
        var masked = Run(other.Path, options with { MaskTruncatedCompletions = true }, eos: []);
        using var untouched = TinyModel.Create();
        Assert.Equal(Convert.ToHexString(TinyModel.Weights(untouched)), masked.Weights);
        Assert.NotEqual(taught.Weights, masked.Weights);
    }

    [Fact]
    public void Every_update_has_its_own_rate_and_the_norm_told_is_that_before_clipping()
    {
        using var folder = new TemporaryFolder();
        using var clipped = new TemporaryFolder();
        var options = Options with { MaxSteps = 4, NumIterations = 2, MaxGradNorm = 0, Schedule = new() { Kind = ScheduleKind.Linear } };
        Run(folder.Path, options);
        // Linear over 8 updates; told is the last of each step's two: the 2nd, 4th, 6th and 8th.
        Assert.Equal([0.02 * 7 / 8, 0.02 * 5 / 8, 0.02 * 3 / 8, 0.02 * 1 / 8], MetricsLog.Values(folder.Path, "learning_rate"), new Close(1e-15));
        Run(clipped.Path, options with { NumIterations = 1, MaxSteps = 1, MaxGradNorm = 1e-3 });
        using var free = new TemporaryFolder();
        Run(free.Path, options with { NumIterations = 1, MaxSteps = 1 });
        var norm = Assert.Single(MetricsLog.Values(free.Path, "grad_norm"));
        Assert.True(norm > 1e-2);
        Assert.Equal(norm, Assert.Single(MetricsLog.Values(clipped.Path, "grad_norm")));
    }

    [Fact]
    public void A_kl_that_is_not_finite_stops_the_run()
    {
        using var policy = TinyModel.Create();
        using var reference = TinyModel.Create();
        using (no_grad()) reference.Parameters.Values.First().fill_(float.NaN);
        var failure = Assert.Throws<TrainingFailedException>(() => new GrpoTrainer(policy, reference, Task([EvenStart]), Options).Train(null, null, CancellationToken.None));
        Assert.Contains("KL of a response to 'item-", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""), InlineData(" ")]
    public void A_reward_without_a_version_is_refused_without_a_recipe_too(string none)
    {
        using var policy = TinyModel.Create();
        using var reference = TinyModel.Create();
        var task = Task([EvenStart]) with { Rewards = [new(new Unversioned(none))] };
        var error = Assert.Throws<ArgumentException>(() => new GrpoTrainer(policy, reference, task, Options));
        Assert.Contains("The reward 'unversioned'", error.Message, StringComparison.Ordinal);
        Assert.Contains("has no Version", error.Message, StringComparison.Ordinal);
        Assert.Contains("has no Version", Assert.Throws<UserErrorException>(() => task.Rewards[0].Describe()).Message, StringComparison.Ordinal);
    }

    private sealed class Unversioned(string none) : IReward
    {
        public string Name => "unversioned";

        public string Version => none;

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(_ => (double?)1)];
    }

    [Fact]
    public void A_reference_with_another_vocabulary_or_none_is_refused()
    {
        using var policy = TinyModel.Create();
        using var other = DecoderFactory.Create(DecoderConfig.ParseText(TinyModel.Config.Replace("\"vocab_size\": 24", "\"vocab_size\": 9", StringComparison.Ordinal), "config.json"), 5, CPU, ScalarType.Float32);
        Assert.Contains("vocabulary of 24", Assert.Throws<UserErrorException>(() => new GrpoTrainer(policy, other, Task([EvenStart]), Options)).Message, StringComparison.Ordinal);
        Assert.Contains("reference", Assert.Throws<ArgumentException>(() => new GrpoTrainer(policy, null, Task([EvenStart]), Options)).Message, StringComparison.Ordinal);
        Assert.Contains("reference", Assert.Throws<ArgumentException>(() => new GrpoTrainer(policy, policy, Task([EvenStart]), Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rewards_that_never_differ_end_the_run_and_ones_that_did_once_do_not()
    {
        var quiet = Options with { MaxSteps = 12, MaxStepsWithoutSignal = 4, SaveSteps = 1 };
        var failure = Assert.Throws<TrainingFailedException>(() => Run(null, quiet, rewards: [new Judge("same", _ => 0.5)]));
        Assert.Contains("Steps 1 to 4: all responses to a prompt earned the same (same; at last 0.5", failure.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var seen = 0; // the first step's responses differ, all later ones earn the same: a policy that has learnt its prompts
        Judge learnt = new("learnt", _ => seen++ < quiet.PromptsPerStep * quiet.NumGenerations ? seen % 2 : 1);
        Assert.Throws<OperationCanceledException>(() => Run(folder.Path, quiet, cancelAfter: 6, rewards: [learnt]));
        Run(folder.Path, quiet, rewards: [learnt]);
    }

    [Fact]
    public void Tokens_count_once_however_many_updates_are_made_on_them()
    {
        using var folder = new TemporaryFolder();
        var options = GrpoOptions.For(GrpoMode.Grpo, 1, 0.01, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4 };
        var tokens = new[] { 1, 3 }.Select(updates =>
        {
            var directory = Directory.CreateDirectory(folder.File($"{updates}")).FullName;
            Run(directory, options with { NumIterations = updates });
            return (Tokens: MetricsLog.Values(directory, "num_tokens")[0], Lengths: MetricsLog.Values(directory, "completions/mean_length")[0]);
        }).ToList();
        Assert.Equal(tokens[0], tokens[1]);
        Assert.Equal(12 * (tokens[0].Lengths + 2), tokens[0].Tokens, 9); // prompts of two tokens
    }

    [Fact]
    public void A_row_of_metrics_has_trls_names()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, GrpoOptions.For(GrpoMode.Grpo, 1, 0.01, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4 });
        var row = JsonNode.Parse(File.ReadLines(Path.Combine(folder.Path, MetricsLog.FileName)).First())!.AsObject();
        string[] names = ["step", "epoch", "loss", "grad_norm", "learning_rate", "num_tokens", "reward", "reward_std", "frac_reward_zero_std", "frac_groups_flat", "rewards/even/mean", "rewards/even/std", "kl", "entropy", "clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean", "clip_ratio/low_min", "clip_ratio/high_max", "completions/mean_length", "completions/min_length", "completions/max_length", "completions/clipped_ratio"];
        Assert.Subset(row.Select(field => field.Key).ToHashSet(), names.ToHashSet());
    }

    [Fact]
    public void A_run_ends_when_the_target_is_reached_and_says_whether_it_conforms()
    {
        using var policy = TinyModel.Create();
        using var reference = TinyModel.Create();
        var report = new GrpoTrainer(policy, reference, Task([EvenStart]), Options with { Target = new() { Accuracy = .5, EverySteps = 2 } }, (step, _) => step / 8.0).Train(null, null, CancellationToken.None);
        Assert.Equal((4L, "target", true, .5), (report.Steps, report.StoppedBy, report.ReachedTarget!.Value, report.SelectionAccuracy!.Value));
        Assert.True(report.Conforming);
    }

    [Fact]
    public void Training_keeps_no_gradients_behind()
    {
        using var policy = TinyModel.Create();
        using var reference = TinyModel.Create();
        new GrpoTrainer(policy, reference, Task([EvenStart]), Options with { MaxSteps = 1 }).Train(null, null, CancellationToken.None);
        Assert.All(policy.Parameters.Values, parameter => Assert.True(!parameter.requires_grad && parameter.grad is null));
    }

    private static double[] Weights(GrpoOptions options)
    {
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(dtype: ScalarType.Float64);
        new GrpoTrainer(policy, reference, Task([EvenStart]), options).Train(null, null, CancellationToken.None);
        return [.. policy.Parameters.Values.SelectMany(parameter => parameter.data<double>().ToArray())];
    }
}
