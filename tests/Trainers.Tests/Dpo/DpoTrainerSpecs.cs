using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Tests.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Dpo;

public sealed class DpoTrainerSpecs
{
    private static readonly DpoOptions Options = new() { MaxSteps = 12, LearningRate = 0.005, Seed = 11, PerDeviceTrainBatchSize = 3, GradientAccumulationSteps = 2, SaveSteps = 4 };

    [Fact]
    public void Preferred_completions_become_likelier_than_the_others()
    {
        using var folder = new TemporaryFolder();
        using var policy = TinyModel.Create();
        var report = new DpoTrainer(policy, policy, Pairs(), Options with { MaxSteps = 60 }).Train(folder.Path, null, CancellationToken.None);
        Assert.Equal(Math.Log(2), MetricsLog.Values(folder.Path, "loss")[0], 1e-5); // the policy is its reference
        Assert.True(report.LastLoss < 0.5 * report.FirstLoss, $"{report.FirstLoss} → {report.LastLoss}");
        Assert.Equal(1, MetricsLog.Values(folder.Path, "rewards/accuracies")[^1]);
        Assert.Equal((12, 0, 60L, 30.0), (report.Pairs, report.DroppedTooLong, report.Steps, report.Epochs));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(11)]
    public void An_interrupted_run_ends_with_the_weights_and_metrics_of_an_undisturbed_one(int interruptedAfter)
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        var expected = Run(undisturbed.Path, Options);
        Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, Options, cancelAfter: interruptedAfter));
        Assert.Equal(expected, Run(interrupted.Path, Options));
    }

    [Theory]
    [InlineData(DpoLossType.Sigmoid, 1)]
    [InlineData(DpoLossType.Sigmoid, 2)] // two of three pairs, and the third: passes of unequal shares
    [InlineData(DpoLossType.Ipo, 1)]
    [InlineData(DpoLossType.Sft, 1)]
    [InlineData(DpoLossType.Sft, 2)]
    [InlineData(DpoLossType.Aot, 1)] // its batch is never divided
    public void Passes_of_few_tokens_make_the_update_of_the_whole_batch(DpoLossType type, int pairsAtOnce)
    {
        using TemporaryFolder one = new(), several = new();
        using var whole = TinyModel.Create(dtype: ScalarType.Float64);
        using var divided = TinyModel.Create(dtype: ScalarType.Float64);
        var options = Options with { LossType = [type], MaxSteps = 3 };
        new DpoTrainer(whole, whole, Pairs(), options).Train(one.Path, null, CancellationToken.None);
        new DpoTrainer(divided, divided, Pairs(), options with { Passes = new PassPlan(pairsAtOnce * Pairs().Max(pair => pair.PromptIds.Count + pair.ChosenIds.Count + pair.RejectedIds.Count), RecomputeLayers: true) }).Train(several.Path, null, CancellationToken.None);
        foreach (var metric in new[] { "loss", "grad_norm" }) // Adam's update is the same whatever a gradient is multiplied with
            foreach (var (expected, actual) in MetricsLog.Values(one.Path, metric).Zip(MetricsLog.Values(several.Path, metric))) Near.Equal(expected, actual, Near.Float64, metric);
        foreach (var (name, parameter) in whole.Parameters) Assert.True(parameter.allclose(divided.Parameters[name], 1e-9, 1e-9), name);
    }

    [Theory]
    [InlineData(0.0), InlineData(0.5)]
    public void The_tail_weighs_in_the_reference_as_in_the_policy(double ldAlpha)
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, Options with { MaxSteps = 1, LdAlpha = ldAlpha });
        Assert.Equal(Math.Log(2), MetricsLog.Values(folder.Path, "loss")[0], 1e-5); // the policy is its reference, so every score is 0
        Assert.Equal(0, MetricsLog.Values(folder.Path, "rewards/margins")[0], 1e-5);
        Assert.Equal(0, MetricsLog.Values(folder.Path, "rewards/accuracies")[0]); // a tie is no win
    }

    [Fact]
    public void Batches_of_an_update_are_averaged()
    {
        // By plain gradient descent, which a gradient of another size moves by another step.
        var options = Options with { MaxSteps = 2, MaxGradNorm = 0, LearningRate = 0.1, Optimizer = new() { Kind = OptimizerKind.Sgd } };
        using var whole = TinyModel.Create(dtype: ScalarType.Float64);
        using var divided = TinyModel.Create(dtype: ScalarType.Float64);
        new DpoTrainer(whole, whole, Pairs(), options with { PerDeviceTrainBatchSize = 6, GradientAccumulationSteps = 1 }).Train(null, null, CancellationToken.None);
        new DpoTrainer(divided, divided, Pairs(), options with { PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 3 }).Train(null, null, CancellationToken.None);
        foreach (var (name, parameter) in whole.Parameters) Assert.True(parameter.allclose(divided.Parameters[name], 1e-9, 1e-9), name);
    }

    [Fact]
    public void A_row_of_metrics_has_trls_names()
    {
        using var folder = new TemporaryFolder();
        var (_, metrics) = Run(folder.Path, Options);
        Assert.Equal(["step", "epoch", "loss", "grad_norm", "learning_rate", "num_tokens", "entropy", "mean_token_accuracy", "logits/chosen", "logits/rejected", "logps/chosen", "logps/rejected", "rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins"],
            JsonNode.Parse(metrics.Split('\n')[0])!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public void Pairs_that_do_not_fit_are_counted_and_none_left_is_said()
    {
        using var policy = TinyModel.Create();
        PreferencePair tooLong = Pairs()[0] with { Id = "long", RejectedIds = [.. Enumerable.Repeat(5, 40)] };
        Assert.Equal(1, new DpoTrainer(policy, policy, [.. Pairs(), tooLong], Options with { MaxSteps = 1 }).Train(null, null, CancellationToken.None).DroppedTooLong);
        Assert.Contains("all 1 pairs have a completion that is longer, with its prompt, than 32 tokens", Assert.Throws<UserErrorException>(() => new DpoTrainer(policy, policy, [tooLong], Options)).Message, StringComparison.Ordinal);
        Assert.Contains("outside the vocabulary of 24", Assert.Throws<UserErrorException>(() => new DpoTrainer(policy, policy, [Pairs()[0] with { ChosenIds = [24] }], Options)).Message, StringComparison.Ordinal);
        Assert.Contains("no preferences to learn from", Assert.Throws<UserErrorException>(() => new DpoTrainer(policy, policy, [], Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_left_out_are_told_and_refused_above_a_share()
    {
        using var policy = TinyModel.Create();
        PreferencePair[] tooLong = [.. Enumerable.Range(0, 4).Select(i => Pairs()[i] with { Id = Invariant($"long:{i}"), ChosenIds = [.. Enumerable.Repeat(5, 40)] })];
        var told = new Told();
        new DpoTrainer(policy, policy, [.. Pairs(), tooLong[0]], Options with { MaxSteps = 1 }).Train(null, told, CancellationToken.None);
        Assert.Contains("1 of 13 pairs (7.7 %) have a completion that is longer, with its prompt, than 32 tokens and are left out: long:0.", told.Text, StringComparison.Ordinal);
        var refused = Assert.Throws<UserErrorException>(() => new DpoTrainer(policy, policy, [.. Pairs(), .. tooLong], Options)).Message;
        Assert.Contains("4 of 16 pairs (25.0 %)", refused, StringComparison.Ordinal);
        Assert.Contains("At most 20.0 % may be (max_dropped_share 0.2). Raise max_length", refused, StringComparison.Ordinal);
        Assert.Equal(4, new DpoTrainer(policy, policy, [.. Pairs(), .. tooLong], Options with { MaxSteps = 1, MaxDroppedShare = .25 }).Train(null, null, CancellationToken.None).DroppedTooLong);
    }

    [Fact]
    public void Pairs_that_are_too_long_are_cut_at_their_end_if_so_wished()
    {
        using var policy = TinyModel.Create();
        using var same = TinyModel.Create();
        var options = Options with { MaxSteps = 2, MaxLength = 7, TruncationMode = TruncationMode.KeepStart, ShuffleDataset = false };
        PreferencePair Long(string id, int prompt, int[] chosen, int[] rejected) => new() { Id = id, PromptIds = [.. Enumerable.Repeat(5, prompt)], ChosenIds = chosen, RejectedIds = rejected };
        PreferencePair[] pairs = [.. Pairs().Take(6), Long("cut", 3, [6, 7, 8, 9, 10], [7, 8]), Long("cut too", 2, [7, 8], [6, 7, 8, 9, 10, 11])];
        var told = new Told();
        var report = new DpoTrainer(policy, policy, [.. pairs, Long("full", 7, [7], [8])], options).Train(null, told, CancellationToken.None);
        Assert.Contains("1 of 9 pairs (11.1 %) have, cut to 7 tokens, nothing left of a completion or two that are the same and are left out: full.", told.Text, StringComparison.Ordinal);
        Assert.Contains("3 of 9 pairs (33.3 %) are longer than 7 tokens and are cut at their end.", told.Text, StringComparison.Ordinal);
        Assert.Equal(1, report.DroppedTooLong);
        // The same run on pairs that were cut by hand.
        new DpoTrainer(same, same, [.. Pairs().Take(6), Long("cut", 3, [6, 7, 8, 9], [7, 8]), Long("cut too", 2, [7, 8], [6, 7, 8, 9, 10])], options with { TruncationMode = null }).Train(null, null, CancellationToken.None);
        Assert.Equal(TinyModel.Weights(same), TinyModel.Weights(policy));
        Assert.Contains("of all 1 pairs, cut to 7 tokens", Assert.Throws<UserErrorException>(() => new DpoTrainer(policy, policy, [Long("alike", 3, [6, 7, 8, 9, 10], [6, 7, 8, 9])], options)).Message, StringComparison.Ordinal);
        Assert.Contains("of a pair it is keep_start", Assert.Single((options with { TruncationMode = TruncationMode.KeepEnd }).Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_no_loss_of_the_run_reads_is_told_and_weights_do_not_go_with_sorted_pairs()
    {
        foreach (var (key, options) in new[]
        {
            ("label_smoothing", Options with { LabelSmoothing = 0.1 }), ("discopop_tau", Options with { DiscopopTau = 0.1 }), ("f_alpha_divergence_coef", Options with { FAlphaDivergenceCoef = 2 }),
            ("f_divergence_type", Options with { FDivergenceType = FDivergenceType.ForwardKl, LossType = [DpoLossType.Sft] }),
        })
        {
            Assert.Empty(options.Problems());
            Assert.Contains(key, Assert.Single(options.Unread()), StringComparison.Ordinal);
        }

        Assert.Empty((Options with { LabelSmoothing = 0.1, LossType = [DpoLossType.Sigmoid, DpoLossType.Robust] }).Unread());
        var told = new Told();
        using var policy = TinyModel.Create();
        new DpoTrainer(policy, policy, Pairs(), Options with { MaxSteps = 1, LabelSmoothing = 0.1 }).Train(null, told, CancellationToken.None);
        Assert.Contains("warning label_smoothing is given, but only one of the losses robust, exo_pair, aot and aot_unpaired reads it", told.Text, StringComparison.Ordinal);
        Assert.Contains("aot_unpaired sort the pairs", Assert.Single((Options with { UseWeighting = true, LossType = [DpoLossType.Sigmoid, DpoLossType.Aot] }).Problems()), StringComparison.Ordinal);
    }

    // The normalizer of the tilt of another divergence depends on the prompt; only a difference of scores is free of it (huggingface/trl#6559).
    [Fact]
    public void Other_divergences_go_with_losses_of_a_difference_of_scores_alone()
    {
        DpoLossType[] allowed = [DpoLossType.Sigmoid, DpoLossType.Hinge, DpoLossType.Ipo, DpoLossType.ExoPair, DpoLossType.Robust, DpoLossType.Discopop, DpoLossType.Sft, DpoLossType.SigmoidNorm];
        foreach (var type in Enum.GetValues<DpoLossType>())
            foreach (var divergence in Enum.GetValues<FDivergenceType>())
            {
                var options = Options with { LossType = [type, DpoLossType.Sft], LabelSmoothing = 0.1, FDivergenceType = divergence };
                if (divergence == FDivergenceType.ReverseKl || allowed.Contains(type)) Assert.Empty(options.Problems());
                else Assert.Matches($"^f_divergence_type is {SafetyGate.Core.Files.JsonFormat.NameOf(divergence)} with the loss {SafetyGate.Core.Files.JsonFormat.NameOf(type)}; .* it goes with sigmoid, hinge, ipo, exo_pair, robust, discopop, sft, sigmoid_norm\\.$", Assert.Single(options.Problems()));
            }
    }

    [Fact]
    public void A_completion_that_equals_the_other_teaches_nothing()
    {
        using var policy = TinyModel.Create();
        using var folder = new TemporaryFolder();
        var before = TinyModel.Weights(policy);
        new DpoTrainer(policy, policy, [Pairs()[0] with { RejectedIds = Pairs()[0].ChosenIds }], Options with { MaxSteps = 1, PerDeviceTrainBatchSize = 1, GradientAccumulationSteps = 1, Optimizer = new() { Kind = SafetyGate.Trainers.Optimization.OptimizerKind.Sgd } }).Train(folder.Path, null, CancellationToken.None);
        Assert.Equal(Math.Log(2), MetricsLog.Values(folder.Path, "loss")[0], 1e-6);
        Assert.Equal(0, MetricsLog.Values(folder.Path, "grad_norm")[0], 1e-6);
        Assert.Equal(before.Length, TinyModel.Weights(policy).Length);
    }

    [Theory]
    [InlineData("beta is 0", 0.0, 0.0, DpoLossType.Sigmoid)]
    [InlineData("beta is NaN", double.NaN, 0.0, DpoLossType.Sigmoid)]
    [InlineData("the robust loss", 0.1, 0.5, DpoLossType.Robust)]
    [InlineData("the EXO loss needs it", 0.1, 0.0, DpoLossType.ExoPair)]
    [InlineData("[0, 1)", 0.1, 1.0, DpoLossType.Aot)]
    public void Settings_without_meaning_are_refused(string says, double beta, double smoothing, DpoLossType type) =>
        Assert.Contains(says, string.Join(' ', (Options with { Beta = beta, LabelSmoothing = smoothing, LossType = [type] }).Problems()), StringComparison.Ordinal);

    [Fact]
    public void Losses_and_their_weights_belong_together()
    {
        Assert.Empty((Options with { LossType = [DpoLossType.Sigmoid, DpoLossType.Sft], LossWeights = [1, 0.5] }).Problems());
        Assert.Contains("1 numbers for 2 losses", Assert.Single((Options with { LossType = [DpoLossType.Sigmoid, DpoLossType.Sft], LossWeights = [1] }).Problems()), StringComparison.Ordinal);
        Assert.Contains("no loss type", Assert.Single((Options with { LossType = [] }).Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}", "ab!", "ac!")]
    [InlineData("{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"chosen\": [{\"role\": \"assistant\", \"content\": \"b\"}], \"rejected\": [{\"role\": \"assistant\", \"content\": \"c\"}]}", "<u>a</u><a>b</a>", "<u>a</u><a>c</a>")]
    [InlineData("{\"chosen\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"c\"}]}", "<u>a</u><a>b</a>", "<u>a</u><a>c</a>")]
    public void The_forms_of_trls_preference_files_are_read(string row, string chosen, string rejected)
    {
        using var folder = new TemporaryFolder();
        var pair = Assert.Single(new PreferenceFile { Path = folder.Write("pairs.jsonl", row) }.Read(EncoderOf(row)));
        string Of(IReadOnlyList<int> completion) => Letters.Text(pair.PromptIds.Where(id => id != Letters.Bos).Concat(completion)).Replace((char)Letters.Eos, '!');
        Assert.Equal((chosen, rejected), (Of(pair.ChosenIds), Of(pair.RejectedIds)));
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\", \"tools\": [{\"name\": \"f\"}]}", "[[{\"name\":\"f\"}]]<s>be</s><u>a</u><a>", "b</a>")]
    [InlineData("{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"chosen\": [{\"role\": \"assistant\", \"content\": \"b\"}], \"rejected\": [{\"role\": \"assistant\", \"content\": \"c\"}], \"tools\": \"[{}]\"}", "[[{}]]<s>be</s><u>a</u><a>", "b</a>")]
    [InlineData("{\"chosen\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"c\"}]}", "<s>be</s><u>a</u><a>", "b</a>")]
    public void Tools_and_a_system_prompt_reach_the_template(string row, string prompt, string chosen)
    {
        using var folder = new TemporaryFolder();
        var file = new PreferenceFile { Path = folder.Write("pairs.jsonl", row), SystemPrompt = "be" };
        var pair = Assert.Single(file.Read(Letters.Encoder(PromptTemplate.Chat)));
        Assert.Equal((prompt, chosen), (Letters.Text(pair.PromptIds), Letters.Text(pair.ChosenIds)));
        Assert.NotEqual(file.Describe().ToJsonString(), (file with { SystemPrompt = "do" }).Describe().ToJsonString());
        Assert.DoesNotContain("tools", file.Describe().ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("there is no \"functions\"", Assert.Throws<UserErrorException>(() => (file with { Tools = "functions" }).Read(Letters.Encoder(PromptTemplate.Chat))).Message, StringComparison.Ordinal);
        if (row.StartsWith("{\"prompt\": \"", StringComparison.Ordinal))
            Assert.Contains("the template \"plain\" has no place for it", Assert.Throws<UserErrorException>(() => file.Read(Letters.Encoder())).Message, StringComparison.Ordinal);
        Assert.Contains("the system_prompt is blank", Assert.Throws<UserErrorException>(() => (file with { SystemPrompt = " " }).Read(Letters.Encoder())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no rows; there are no preferences")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"b\"}", "pairs.jsonl:1: \"chosen\" and \"rejected\" are the same")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\"}", "there is no \"rejected\"; the row has \"prompt\", \"chosen\"")]
    [InlineData("{\"chosen\": \"b\", \"rejected\": \"c\"}", "there is no \"prompt\"")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"\", \"rejected\": \"c\"}", "\"chosen\" is empty")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": [{\"role\": \"assistant\", \"content\": \"c\"}]}", "both are texts, or both messages")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\", \"margin\": \"2\"}", "\"margin\" is no finite number")]
    [InlineData("{\"chosen\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"x\"}, {\"role\": \"assistant\", \"content\": \"c\"}]}", "continue different prompts")]
    [InlineData("{\"chosen\": [7], \"rejected\": [8]}", "chosen[0] is not an object with role and content")]
    public void A_wrong_preference_gets_one_sentence(string row, string says)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => new PreferenceFile { Path = folder.Write("pairs.jsonl", row) }.Read(EncoderOf(row))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_are_not_written_without_the_chat_template()
    {
        using var folder = new TemporaryFolder();
        var file = new PreferenceFile { Path = folder.Write("pairs.jsonl", """{"chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}]}""") };
        Assert.Contains("holds messages, which are written with the model's chat template", Assert.Throws<UserErrorException>(() => file.Read(Letters.Encoder())).Message, StringComparison.Ordinal);
    }

    // Messages are written with the chat template.
    private static ExampleEncoder EncoderOf(string row) => row.Contains("\"user\"", StringComparison.Ordinal) ? Letters.Encoder(PromptTemplate.Chat) : Letters.Encoder();

    private static IReadOnlyList<PreferencePair> Pairs() => [.. TinyModel.Examples().Select((example, i) => new PreferencePair
    {
        Id = example.Id, PromptIds = example.PromptIds, ChosenIds = example.CompletionIds, RejectedIds = [3 + ((i + 7) % 20), 4, 2],
    })];

    private static (string Weights, string Metrics) Run(string folder, DpoOptions options, int? cancelAfter = null)
    {
        using var policy = TinyModel.Create();
        using var cancellation = new CancellationTokenSource();
        var progress = new Stop(cancelAfter, cancellation);
        new DpoTrainer(policy, policy, Pairs(), options).Train(folder, progress, cancellation.Token);
        return (Convert.ToHexString(TinyModel.Weights(policy)), File.ReadAllText(Path.Combine(folder, MetricsLog.FileName)));
    }

    private sealed class Told : IProgress<RunProgress>
    {
        public string Text { get; private set; } = "";

        public void Report(RunProgress value) => Text += $"{value.Phase} {value.Detail}\n";
    }

    private sealed class Stop(int? after, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Done == after) cancellation.Cancel();
        }
    }
}
