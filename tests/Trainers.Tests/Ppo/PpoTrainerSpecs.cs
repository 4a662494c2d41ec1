using System.Globalization;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Ppo;

public sealed class PpoTrainerSpecs
{
    private static readonly PpoOptions Options = new() { MaxSteps = 8, LearningRate = 0.01, Seed = 7, PerDeviceTrainBatchSize = 3, NumMiniBatches = 2, NumPpoEpochs = 2, ResponseLength = 4, SaveSteps = 2 };

    /// <summary>Half of the vocabulary is good to begin with.</summary>
    private static readonly Judge EvenStart = new("even", response => response.Text.Length > 0 && int.Parse(response.Text.Split(' ')[0], CultureInfo.InvariantCulture) % 2 == 0 ? 1 : 0);

    [Theory]
    [InlineData(PpoForm.Textbook)]
    [InlineData(PpoForm.Trl)]
    public void What_is_rewarded_becomes_likelier(PpoForm form)
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 40, PerDeviceTrainBatchSize = 24, NumMiniBatches = 1, ResponseLength = 2, Form = form });
        var rewards = MetricsLog.Values(folder.Path, "reward");
        Assert.InRange(rewards.Take(3).Average(), .2, .8);
        Assert.True(rewards.TakeLast(3).Average() > .9, Invariant($"reward went from {rewards[0]} to {rewards[^1]}"));
        Assert.All(MetricsLog.Values(folder.Path, "kl"), kl => Assert.True(double.IsFinite(kl)));
        Assert.Equal(0, MetricsLog.Values(folder.Path, "kl")[0], 1e-5); // the policy is its reference
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void An_interrupted_run_goes_on_as_if_it_had_not_been(int cancelAfter)
    {
        var options = Options with { GradientAccumulationSteps = 2, PerDeviceTrainBatchSize = 2, AdaptiveKlTarget = .05, AdaptiveKlHorizon = 40, TargetKl = .002, Form = PpoForm.Trl };
        using var undisturbed = new TemporaryFolder();
        using var resumed = new TemporaryFolder();
        var expected = Run(undisturbed.Path, options);
        Assert.Throws<OperationCanceledException>(() => Run(resumed.Path, options, cancelAfter: cancelAfter));
        Assert.Equal(expected, Run(resumed.Path, options));
        Assert.True(MetricsLog.Values(undisturbed.Path, "objective/kl_coef").Distinct().Count() > 3);
    }

    [Fact]
    public void The_state_has_both_models_and_that_of_another_value_model_is_not_taken_up()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 2 });
        using (var state = SafetensorsFile.Open(Path.Combine(folder.Path, TrainingStateFile.FileName)))
        {
            var names = state.Entries.Select(entry => entry.Name).ToHashSet();
            Assert.Contains("weights/model.norm.weight", names);
            Assert.Contains("weights/value_model.model.norm.weight", names);
            Assert.Contains("weights/value_model.score.weight", names);
        }

        using var policy = TinyModel.Create();
        using var value = Values(seed: 8);
        using var reference = TinyModel.Create();
        Assert.Contains("another run", Assert.Throws<UserErrorException>(() => new PpoTrainer(policy, value, reference, Task(EvenStart), Options with { MaxSteps = 2 }).Train(folder.Path, null, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PpoForm.Textbook)]
    [InlineData(PpoForm.Trl)]
    public void Passes_of_few_tokens_make_the_update_of_the_whole_batch(PpoForm form)
    {
        var options = Options with { MaxSteps = 2, Form = form, LearningRate = 0.05, Optimizer = new() { Kind = OptimizerKind.Sgd } };
        var whole = Weights(options);
        Assert.Equal(whole, Weights(options with { MicroBatchTokens = 1 }), new Close(1e-9));
        Assert.Equal(whole, Weights(options with { GradientCheckpointing = true }), new Close(0));
        Assert.NotEqual(whole, Weights(options with { VfCoef = .2 }));
    }

    [Fact]
    public void Batches_of_an_update_are_averaged_and_minibatches_are_updates_of_their_own()
    {
        var options = Options with { MaxSteps = 1, NumPpoEpochs = 1, NumMiniBatches = 1, PerDeviceTrainBatchSize = 6, LearningRate = 0.05, Optimizer = new() { Kind = OptimizerKind.Sgd }, MaxGradNorm = 0 };
        // Responses of one length: then the mean of means is the mean.
        var (one, two) = (Weights(options, eos: []), Weights(options with { PerDeviceTrainBatchSize = 3, GradientAccumulationSteps = 2 }, eos: []));
        Assert.Equal(one, two, new Close(1e-9));
        Assert.NotEqual(one, Weights(options with { PerDeviceTrainBatchSize = 3, NumMiniBatches = 2 }, eos: []), new Close(1e-9));
    }

    [Fact]
    public void The_value_model_learns_what_is_to_come_and_moves_no_weight_of_the_policy()
    {
        using var folder = new TemporaryFolder();
        // Every response earns 1, so that no advantage differs from another once it is foreseen.
        Run(folder.Path, Options with { MaxSteps = 30, KlCoef = 0, CliprangeValue = 10, VfCoef = 1 }, new Judge("always", _ => 1));
        var losses = MetricsLog.Values(folder.Path, "loss/value_avg");
        Assert.True(losses[^1] < .05 * losses[0], Invariant($"{losses[0]} → {losses[^1]}"));
    }

    [Fact]
    public void Updates_end_when_the_policy_has_moved_far_enough()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var options = Options with { MaxSteps = 3, NumMiniBatches = 1, PerDeviceTrainBatchSize = 6, Schedule = new() { Kind = ScheduleKind.Constant } };
        var stopped = Run(folder.Path, options with { NumPpoEpochs = 5, TargetKl = 1e-9 });
        Assert.Equal([1, 1, 1], MetricsLog.Values(folder.Path, "policy/updates"));
        var once = Run(other.Path, options with { NumPpoEpochs = 1 });
        Assert.Equal(once.Weights, stopped.Weights);
        Assert.Equal(MetricsLog.Values(other.Path, "num_tokens"), MetricsLog.Values(folder.Path, "num_tokens"));
        using var free = new TemporaryFolder();
        Run(free.Path, options with { NumPpoEpochs = 5, TargetKl = 1e9 });
        Assert.Equal([5, 5, 5], MetricsLog.Values(free.Path, "policy/updates"));
        Assert.Equal(5 * MetricsLog.Values(other.Path, "num_tokens")[0], MetricsLog.Values(free.Path, "num_tokens")[0]); // each update reads them
    }

    // arXiv:1909.08593, 2.2: the KL of a whole response is held against the target.
    [Fact]
    public void The_steered_weight_follows_the_kl_of_responses()
    {
        using TemporaryFolder free = new(), steered = new();
        var options = Options with { KlCoef = 0.001 };
        Run(free.Path, options);
        var target = MetricsLog.Values(free.Path, "objective/kl")[4];
        Run(steered.Path, options with { AdaptiveKlTarget = target, AdaptiveKlHorizon = 1000 });
        var (kl, weights) = (MetricsLog.Values(steered.Path, "objective/kl"), MetricsLog.Values(steered.Path, "objective/kl_coef"));
        double[] errors = [.. kl.Select(value => (value / target) - 1)];
        Assert.Contains(errors, error => error is > -0.2 and < 0.2 and not 0);
        for (var step = 1; step < weights.Count; step++)
            Assert.Equal(weights[step - 1] * (1 + (Math.Clamp(errors[step - 1], -0.2, 0.2) * options.ResponsesPerStep / 1000)), weights[step], 1e-12);
    }

    // By hand: log-softmax of the logits over the temperature.
    [Fact]
    public void A_rollout_is_read_at_the_temperature_it_was_drawn_at()
    {
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        using var value = Values(dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(seed: 9, dtype: ScalarType.Float64);
        int[][] responses = [[4, 5, 2], [6, 7]];
        var prompt = new RolloutPrompt(new BenchmarkItem { Id = "one", Prompt = "1" }, [1, 3]);
        var groups = responses.Select(ids => new RolloutGroup(prompt, [new GeneratedSequence { Key = "one", Sample = 0, NewIds = ids, FinishReason = FinishReason.Stop }], [[1.0]])).ToList();
        var rollout = RolloutReading.Of(groups, [1, 1], policy, value, reference, Options with { Temperature = 2 }, padId: 0).Rollout;
        for (var row = 0; row < responses.Length; row++)
            for (var t = 0; t < responses[row].Length; t++)
            {
                Near.Equal(LogProb(policy, responses[row], t), rollout.LogProbs[row][t], Near.Float64, Invariant($"policy, row {row}, token {t}"));
                Near.Equal(LogProb(reference, responses[row], t), rollout.ReferenceLogProbs[row][t], Near.Float64, Invariant($"reference, row {row}, token {t}"));
            }

        // In the first update the policy is the one that was drawn from: every ratio is 1, and its reference has the same numbers.
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 1, Temperature = 2, NumMiniBatches = 1, NumPpoEpochs = 1 });
        Assert.Equal(0, MetricsLog.Values(folder.Path, "objective/kl")[0], 1e-5);
        Assert.Equal(1, MetricsLog.Values(folder.Path, "val/ratio")[0], 1e-5);
        Assert.Equal(0, MetricsLog.Values(folder.Path, "policy/approxkl_avg")[0], 1e-9);

        double LogProb(IDecoder decoder, int[] ids, int t)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            long[] all = [.. prompt.PromptIds, .. ids];
            var logits = decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = tensor(all, [1, all.Length]) })).reshape(all.Length, -1);
            return (logits / 2).log_softmax(-1)[prompt.PromptIds.Count + t - 1, ids[t]].item<double>();
        }
    }

    [Fact]
    public void Responses_are_drawn_at_the_temperature()
    {
        var texts = new List<(string Prompt, string Text)>();
        Run(null, Options with { MaxSteps = 1, Temperature = 1e-3, PerDeviceTrainBatchSize = 24, NumMiniBatches = 1, NumPpoEpochs = 1 }, new Judge("any", response =>
        {
            texts.Add((Invariant($"{int.Parse(response.PromptId[5..], CultureInfo.InvariantCulture) % 6}"), response.Text));
            return 1;
        }));
        Assert.Equal(24, texts.Count);
        Assert.Equal(6, texts.Distinct().Count()); // four items have the same prompt, and next to no temperature leaves the likeliest tokens alone
    }

    [Fact]
    public void Each_pass_over_a_rollout_divides_it_anew()
    {
        using var policy = TinyModel.Create();
        using var value = Values();
        using var reference = TinyModel.Create();
        var options = Options with { NumPpoEpochs = 8, PerDeviceTrainBatchSize = 12 }; // 24 responses, of which some end early
        policy.Parameters.RequireGradients(true);
        value.Parameters.RequireGradients(true);
        ITrainingStep step = new PpoTrainer(policy, value, reference, Task(EvenStart), options);
        using var batch = step.Draw(0, CancellationToken.None);
        for (var update = 0; update < 16; update++) batch.Backward(() => { });
        long[] tokens = [.. Enumerable.Range(0, 17).Select(batch.TokensOf)];
        var halves = Enumerable.Range(0, 8).Select(epoch => (First: tokens[(2 * epoch) + 1] - tokens[2 * epoch], Second: tokens[(2 * epoch) + 2] - tokens[(2 * epoch) + 1])).ToList();
        Assert.All(halves, half => Assert.Equal(tokens[16] / 8, half.First + half.Second));
        Assert.True(halves.Distinct().Count() > 1, "every pass has the same halves");
    }

    [Fact]
    public void The_weight_of_the_KL_is_steered_to_its_target()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { AdaptiveKlTarget = .02, AdaptiveKlHorizon = 30 });
        var (kl, weights) = (MetricsLog.Values(folder.Path, "objective/kl"), MetricsLog.Values(folder.Path, "objective/kl_coef"));
        Assert.Equal(Options.KlCoef, weights[0]);
        for (var step = 1; step < weights.Count; step++)
            Assert.Equal(weights[step - 1] * (1 + (Math.Clamp((kl[step - 1] / .02) - 1, -.2, .2) * 6 / 30)), weights[step], 1e-12);
        Assert.Contains(weights.Zip(weights.Skip(1)), pair => pair.Second < pair.First);
        Assert.Contains(weights.Zip(weights.Skip(1)), pair => pair.Second > pair.First);
    }

    [Fact]
    public void A_cut_response_loses_the_penalty_and_the_KL_is_a_part_of_the_objective()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MissingEosPenalty = .5, NumMiniBatches = 1, PerDeviceTrainBatchSize = 6 });
        var rows = File.ReadLines(Path.Combine(folder.Path, MetricsLog.FileName)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Contains(rows, row => (double)row["completions/clipped_ratio"]! is > 0 and < 1);
        foreach (var row in rows)
        {
            double Of(string name) => (double)row[name]!;
            Assert.Equal(Of("reward") - (.5 * Of("completions/clipped_ratio")), Of("objective/scores"), 1e-12);
            Assert.Equal(-Options.KlCoef * Of("objective/kl"), Of("objective/non_score_reward"), 1e-12);
            Assert.Equal(Of("objective/scores") + Of("objective/non_score_reward"), Of("objective/rlhf_reward"), 1e-12);
            Assert.Equal(6 * (1 - Of("completions/clipped_ratio")), Of("val/num_eos_tokens"), 1e-9);
        }
    }

    [Fact]
    public void A_row_of_metrics_has_trls_names()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 1 });
        var row = JsonNode.Parse(File.ReadLines(Path.Combine(folder.Path, MetricsLog.FileName)).First())!.AsObject();
        string[] names = ["step", "epoch", "loss", "grad_norm", "learning_rate", "num_tokens", "episode", "objective/kl", "objective/entropy", "objective/non_score_reward", "objective/rlhf_reward", "objective/scores", "policy/approxkl_avg", "policy/clipfrac_avg", "policy/entropy_avg", "loss/policy_avg", "loss/value_avg", "val/clipfrac_avg", "val/ratio", "val/ratio_var", "val/num_eos_tokens", "reward", "kl", "rewards/even/mean"];
        Assert.Subset(row.Select(field => field.Key).ToHashSet(), names.ToHashSet());
        Assert.Equal((double)row["loss/policy_avg"]! + (Options.VfCoef * (double)row["loss/value_avg"]!), (double)row["loss"]!, 1e-9);
    }

    [Fact]
    public void What_cannot_be_trained_with_is_refused()
    {
        using var policy = TinyModel.Create();
        using var value = Values();
        using var reference = TinyModel.Create();
        using var other = DecoderFactory.Create(DecoderConfig.ParseText(TinyModel.Config.Replace("\"vocab_size\": 24", "\"vocab_size\": 9", StringComparison.Ordinal), "config.json"), 5);
        Assert.Contains("kl_coef is 0.05, so a reference of its own is needed", Refused(null, value), StringComparison.Ordinal);
        Assert.Contains("a reference of its own is needed", Refused(policy, value), StringComparison.Ordinal);
        Assert.Contains("give the value model a decoder of its own", Refused(reference, policy), StringComparison.Ordinal);
        Assert.Contains("vocabulary of 24", Refused(other, value), StringComparison.Ordinal);
        Assert.Contains("vocabulary of 24", Refused(reference, other), StringComparison.Ordinal);
        new PpoTrainer(policy, value, null, Task(EvenStart), Options with { KlCoef = 0, MaxSteps = 1 }).Train(null, null, CancellationToken.None);

        string Refused(IDecoder? against, IDecoder values) => Assert.ThrowsAny<Exception>(() => new PpoTrainer(policy, values, against, Task(EvenStart), Options)).Message;
    }

    [Fact]
    public void A_reward_that_does_not_apply_or_a_reference_that_is_broken_stops_the_run()
    {
        Assert.Contains("no reward applies to the response to 'item-", Assert.Throws<TrainingFailedException>(() => Run(null, Options, new Judge("silent", _ => null))).Message, StringComparison.Ordinal);
        using var policy = TinyModel.Create();
        using var value = Values();
        using var reference = TinyModel.Create();
        using (no_grad()) reference.Parameters.Values.First().fill_(float.NaN);
        Assert.Contains("log-probability under the reference of the response to 'item-", Assert.Throws<TrainingFailedException>(() => new PpoTrainer(policy, value, reference, Task(EvenStart), Options).Train(null, null, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, PpoOptions> Mistakes() => new()
    {
        { "num_ppo_epochs is 0; it must be 1 or more", Options with { NumPpoEpochs = 0 } },
        { "kl_coef is -1; it must be finite and 0 or more", Options with { KlCoef = -1 } },
        { "a weight that is steered to adaptive_kl_target begins above 0", Options with { KlCoef = 0, AdaptiveKlTarget = 1 } },
        { "gamma is 0; it must lie in (0, 1]", Options with { Gamma = 0 } },
        { "lam is 1.5; it must lie in [0, 1]", Options with { Lam = 1.5 } },
        { "cliprange is 1; it must lie in (0, 1)", Options with { Cliprange = 1 } },
        { "missing_eos_penalty is 0; it must be finite and above 0, or absent", Options with { MissingEosPenalty = 0 } },
        { "target_kl is NaN; it must be finite and above 0", Options with { TargetKl = double.NaN } },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Settings_without_meaning_are_refused(string says, PpoOptions options) =>
        Assert.Contains(says, string.Join(' ', options.Problems()), StringComparison.Ordinal);

    private static RolloutTask Task(Judge judge, int[]? eos = null) => new()
    {
        Prompts = [.. Enumerable.Range(0, 24).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"item-{i}"), Prompt = Invariant($"{i}") }, [1, 3 + (i % 6)]))],
        Rewards = [new(judge)],
        EosIds = eos ?? [2],
        Decode = ids => string.Join(' ', ids),
    };

    /// <summary>The tiny model's layers with a head of one number.</summary>
    private static IDecoder Values(ulong seed = 6, ScalarType? dtype = null) => DecoderFactory.Create(
        DecoderConfig.ParseText(TinyModel.Config.Replace("LlamaForCausalLM", "LlamaForSequenceClassification", StringComparison.Ordinal).Replace("\"vocab_size\"", "\"id2label\": {\"0\": \"value\"}, \"vocab_size\"", StringComparison.Ordinal), "config.json"),
        seed, CPU, dtype ?? ScalarType.Float32);

    private static (string Weights, string Metrics) Run(string? directory, PpoOptions options, Judge? judge = null, int? cancelAfter = null)
    {
        using var policy = TinyModel.Create();
        using var value = Values();
        using var reference = TinyModel.Create();
        using var cancellation = new CancellationTokenSource();
        new PpoTrainer(policy, value, reference, Task(judge ?? EvenStart), options).Train(directory, new Told(report =>
        {
            if (report.Done == cancelAfter) cancellation.Cancel();
        }), cancellation.Token);
        return (Convert.ToHexString([.. TinyModel.Weights(policy), .. TinyModel.Weights(value)]), directory is null ? "" : File.ReadAllText(Path.Combine(directory, MetricsLog.FileName)));
    }

    private static double[] Weights(PpoOptions options, int[]? eos = null)
    {
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        using var value = Values(dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(dtype: ScalarType.Float64);
        new PpoTrainer(policy, value, reference, Task(EvenStart, eos), options).Train(null, null, CancellationToken.None);
        return [.. policy.Parameters.Values.Concat(value.Parameters.Values).SelectMany(parameter => parameter.data<double>().ToArray())];
    }
}
