using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Tests.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.RewardModels;

public sealed class RewardModelSpecs
{
    [Fact]
    public async Task A_recipe_leaves_a_classifier_that_rewards_what_was_preferred()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        var checkpoint = Path.Combine(folder.Path, RunLayout.Checkpoint);
        var report = File.ReadAllText(Path.Combine(folder.Path, RunLayout.Report));
        Assert.Contains("\"calibration_error\"", report, StringComparison.Ordinal);
        using var reward = RewardModel.Load(checkpoint, PromptTemplate.Plain);
        using (var reader = CheckpointReader.Open(checkpoint)) Assert.Equal(reader.WeightsDigest(), reward.Version);
        var item = new BenchmarkItem { Id = "a", Prompt = "three plus one is" };
        var rewards = reward.Rewards([(item, Answer(" #### four")), (item, Answer(" zero zero")), (item, Answer("") with { FinishReason = FinishReason.Error })]);
        Assert.True(rewards[0] > rewards[1], Invariant($"{rewards[0]} and {rewards[1]}"));
        Assert.All(rewards.Take(2), value => Assert.InRange(value!.Value, 0, 1));
        Assert.Null(rewards[2]);
        Assert.Contains("scores texts and answers nothing", Assert.Throws<UserErrorException>(() => recipe.Open(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Contains("is a classifier", Assert.Throws<UserErrorException>(() => PretrainedModel.Load(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Contains("not a classifier", Assert.Throws<UserErrorException>(() => RewardModel.Load(recipe.Base, PromptTemplate.Plain)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PromptTemplate.Plain)]
    [InlineData(PromptTemplate.Chat)]
    public async Task A_response_that_was_cut_is_not_scored_as_if_it_had_ended(PromptTemplate template)
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder) with { Template = template };
        // A padding token of its own: else the end is the padding, at which no score is taken, and both would be scored at the last word.
        var config = Path.Combine(recipe.Base, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"vocab_size\"", "\"pad_token_id\": 0, \"vocab_size\"", StringComparison.Ordinal));
        // What the template writes behind a turn is more than one token.
        folder.Write(Path.Combine("base", "chat_template.jinja"), "{% for message in messages %}{{ message['role'] == 'user' and 'is ' or 'plus ' }}{{ message['content'] }} ten zero {% endfor %}{% if add_generation_prompt %}plus {% endif %}");
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        using var reward = RewardModel.Load(Path.Combine(folder.Path, RunLayout.Checkpoint), template);
        var item = new BenchmarkItem { Id = "a", Prompt = "three plus one is" };
        var cut = Answer(" #### four") with { FinishReason = FinishReason.Length };
        var rewards = reward.Rewards([(item, Answer(" #### four")), (item, cut)]);
        Assert.NotEqual(rewards[0], rewards[1]);
        var ids = PretrainedIds(recipe.Base, template == PromptTemplate.Chat ? "is three plus one is ten zero plus  #### four" : "three plus one is #### four");
        Assert.Equal(1 / (1 + Math.Exp(-reward.Scores([ids])[0])), rewards[1]!.Value, 1e-6);
    }

    [Fact]
    public async Task A_score_that_is_not_finite_fails_and_is_no_missing_reward()
    {
        using var folder = new TemporaryFolder();
        await Recipe(folder).TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        var checkpoint = Path.Combine(folder.Path, RunLayout.Checkpoint);
        Overwrite(Directory.GetFiles(checkpoint, "*.safetensors").Single(), "score.weight", float.MaxValue);
        using var reward = RewardModel.Load(checkpoint, PromptTemplate.Plain);
        var item = new BenchmarkItem { Id = "a", Prompt = "three plus one is" };
        Assert.Contains("scores the response to 'a' as ", Assert.Throws<TrainingFailedException>(() => reward.Rewards([(item, Answer(" #### four"))])).Message, StringComparison.Ordinal);
    }

    private static void Overwrite(string file, string tensor, float value)
    {
        var bytes = File.ReadAllBytes(file);
        var start = 8 + (int)BitConverter.ToUInt64(bytes, 0);
        var offsets = JsonNode.Parse(bytes.AsSpan(8, start - 8))![tensor]!["data_offsets"]!;
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan((start + (int)offsets[0]!)..(start + (int)offsets[1]!))).Fill(value);
        File.WriteAllBytes(file, bytes);
    }

    [Fact]
    public async Task A_conversation_is_scored_whole()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder) with { Template = PromptTemplate.Chat };
        folder.Write(Path.Combine("base", "chat_template.jinja"), "{% for message in messages %}{{ message['role'] == 'assistant' and 'plus ' or '' }}{{ message['content'] }} {% endfor %}{% if add_generation_prompt %}plus {% endif %}");
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        using var reward = RewardModel.Load(Path.Combine(folder.Path, RunLayout.Checkpoint), PromptTemplate.Chat);
        var (bare, told) = (new BenchmarkItem { Id = "a", Prompt = "three plus one is" }, Core.Language.Conversation.Of("three plus one is").WithSystem("ten ten ten"));
        var rewards = reward.Rewards([(bare, Answer("four")), (bare with { Conversation = told }, Answer("four"))]);
        Assert.NotEqual(rewards[0], rewards[1]);
    }

    [Fact]
    public async Task An_adapters_run_leaves_an_adapter_with_its_head_that_is_read_on_its_base()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder) with { PeftConfig = new() { R = 4, LoraAlpha = 8, TargetModules = ModuleSelector.AllLinear } };
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        var checkpoint = Path.Combine(folder.Path, RunLayout.Checkpoint);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors", "tokenizer.json"], Directory.EnumerateFiles(checkpoint).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(checkpoint, "adapter_config.json")))!;
        Assert.Equal(("SEQ_CLS", "score"), ((string)config["task_type"]!, (string)config["modules_to_save"]![0]!));
        Assert.DoesNotContain("score", config["target_modules"]!.ToJsonString(), StringComparison.Ordinal);
        using (var state = SafetensorsFile.Open(Path.Combine(folder.Path, "state.safetensors")))
            Assert.All(state.Entries, entry => Assert.True(entry.Name.Contains(".lora_", StringComparison.Ordinal) || entry.Name.EndsWith("score.weight", StringComparison.Ordinal), entry.Name));
        using var reward = RewardModel.Load(checkpoint, PromptTemplate.Plain);
        var item = new BenchmarkItem { Id = "a", Prompt = "three plus one is" };
        var rewards = reward.Rewards([(item, Answer(" #### four")), (item, Answer(" zero zero"))]);
        Assert.True(rewards[0] > rewards[1], Invariant($"{rewards[0]} and {rewards[1]}"));
        using (var reader = CheckpointReader.Open(recipe.Base)) Assert.NotEqual(reader.WeightsDigest(), reward.Version);
        Assert.True(SequenceClassifier.IsAt(checkpoint));
        Assert.NotEqual(recipe.Describe().ToJsonString(), (recipe with { PeftConfig = null }).Describe().ToJsonString());
        File.WriteAllText(Path.Combine(recipe.Base, "config.json"), File.ReadAllText(Path.Combine(recipe.Base, "config.json")).Replace("\"rms_norm_eps\": 1e-5", "\"rms_norm_eps\": 1e-4", StringComparison.Ordinal));
        Assert.Contains("the adapter was trained on weights with the digest", Assert.Throws<UserErrorException>(() => RewardModel.Load(checkpoint, PromptTemplate.Plain)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Passes_of_few_tokens_make_the_update_of_the_whole_batch(bool recompute)
    {
        using var folder = new TemporaryFolder();
        var directory = SftRecipeSpecs.Recipe(folder).Base;
        PreferencePair[] pairs = [.. TinyModel.Examples().Select((example, i) => new PreferencePair { Id = example.Id, PromptIds = example.PromptIds, ChosenIds = example.CompletionIds, RejectedIds = [3 + ((i + 7) % 20), 4, 2], Margin = i % 2 == 0 ? null : .5 })];
        var options = new RewardModelOptions { MaxSteps = 3, LearningRate = .01, Seed = 7, PerDeviceTrainBatchSize = 3, GradientAccumulationSteps = 2, HeldOut = 0, CenterRewardsCoefficient = .01 };
        using var whole = SequenceClassifier.FromLanguageModel(directory, 1, 4, dtype: ScalarType.Float64);
        using var divided = SequenceClassifier.FromLanguageModel(directory, 1, 4, dtype: ScalarType.Float64);
        new RewardModelTrainer(whole, pairs, options).Train(null, null, CancellationToken.None);
        new RewardModelTrainer(divided, pairs, options with { Passes = new PassPlan(1, recompute) }).Train(null, null, CancellationToken.None);
        foreach (var (name, parameter) in whole.Decoder.Parameters) Assert.True(parameter.allclose(divided.Decoder.Parameters[name], 1e-9, 1e-9), name);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public async Task Killed_and_resumed_an_adapter_is_the_same(double dropout)
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder) with { PeftConfig = new() { R = 4, LoraAlpha = 8, LoraDropout = dropout, TargetModules = ModuleSelector.Of("q_proj", "down_proj") } };
        var (undisturbed, resumed) = (Directory.CreateDirectory(folder["a"]).FullName, Directory.CreateDirectory(folder["b"]).FullName);
        await recipe.TrainAsync(undisturbed, new Progress<RunProgress>(), CancellationToken.None);
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(5, cancellation), cancellation.Token));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        byte[] Bytes(string run) => File.ReadAllBytes(Path.Combine(run, RunLayout.Checkpoint, "adapter_model.safetensors"));
        Assert.Equal(Bytes(undisturbed), Bytes(resumed));
    }

    [Fact]
    public async Task Killed_and_resumed_the_weights_are_the_same()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var (undisturbed, resumed) = (Directory.CreateDirectory(folder["a"]).FullName, Directory.CreateDirectory(folder["b"]).FullName);
        await recipe.TrainAsync(undisturbed, new Progress<RunProgress>(), CancellationToken.None);
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(5, cancellation), cancellation.Token));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Digest(undisturbed), Digest(resumed));
        Assert.Equal(File.ReadAllText(Path.Combine(undisturbed, MetricsLog.FileName)), File.ReadAllText(Path.Combine(resumed, MetricsLog.FileName)));
    }

    [Fact]
    public void A_recipe_is_read_and_its_mistakes_are_told()
    {
        using var folder = new TemporaryFolder();
        string Written(string options) => folder.Write("r.json", $$$"""{"kind": "reward_model", "base": "model", "template": "plain", "data": {"path": "pairs.jsonl"}, "options": {"max_steps": 10, "learning_rate": 1e-4, "seed": 3{{{options}}}}}""");
        Assert.Equal(0.01, Assert.IsType<RewardModelRecipe>(RecipeFile.Load(Written(", \"center_rewards_coefficient\": 0.01"))).Options.CenterRewardsCoefficient);
        foreach (var (options, says) in new[] { (", \"held_out\": 1", "held_out is 1; it must lie in [0, 1)"), (", \"center_rewards_coefficient\": -1", "must be finite, and 0 or more"), (", \"beta\": 1", "is not a known key"), (", \"target\": {\"accuracy\": 0.5, \"every_steps\": 5}", "has no target accuracy") })
            Assert.Contains(says, Assert.Throws<UserErrorException>(() => RecipeFile.Load(Written(options))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_are_held_out_are_never_trained_on_and_margins_are_a_part_of_the_run()
    {
        using var folder = new TemporaryFolder();
        var directory = SftRecipeSpecs.Recipe(folder).Base;
        PreferencePair[] Pairs(double margin) => [.. TinyModel.Examples().Select((example, i) => new PreferencePair { Id = example.Id, PromptIds = example.PromptIds, ChosenIds = example.CompletionIds, RejectedIds = [3 + ((i + 7) % 20), 4, 2], Margin = margin })];
        var options = new RewardModelOptions { MaxSteps = 4, LearningRate = .01, Seed = 7, PerDeviceTrainBatchSize = 3, HeldOut = .25, SaveSteps = 1 };
        using var model = SequenceClassifier.FromLanguageModel(directory, 1, 4);
        var trainer = new RewardModelTrainer(model, Pairs(0), options);
        var trained = new HashSet<string>();
        for (var step = 0; step < 8; step++) // 24 pairs, more than two epochs of 9
        {
            using var batch = ((ITrainingStep)trainer).Draw(step, CancellationToken.None);
            trained.UnionWith(batch.ExampleIds);
        }

        Assert.Equal(9, trained.Count); // a quarter of 12 is held out
        var run = Directory.CreateDirectory(folder["run"]).FullName;
        Assert.Equal((12, 0, 3), trainer.Train(run, null, CancellationToken.None) is var report ? (report.Pairs, report.DroppedTooLong, report.HeldOut!.Pairs) : default);
        using var again = SequenceClassifier.FromLanguageModel(directory, 1, 4);
        Assert.Contains("another run", Assert.Throws<UserErrorException>(() => new RewardModelTrainer(again, Pairs(.5), options).Train(run, null, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Confidences_apart_are_held_against_what_was_right_apart()
    {
        // Sure by .52 and wrong, sure by .58 and right: ten bins of .05 from .5 on keep the two apart, (|.52 − 0| + |.58 − 1|)/2 = .47.
        static PairedReward Sure(double confidence, bool isRight) => new(isRight ? Math.Log(confidence / (1 - confidence)) : 0, isRight ? 0 : Math.Log(confidence / (1 - confidence)));
        Assert.Equal(.47, RewardAccuracy.Of([Sure(.52, false), Sure(.58, true)])!.CalibrationError, 12);
        // In one bin they are averaged first: |.53 − .5| = .03.
        Assert.Equal(.03, RewardAccuracy.Of([Sure(.52, false), Sure(.54, true)])!.CalibrationError, 12);
    }

    [Fact]
    public void Accuracy_and_calibration_of_known_pairs()
    {
        Assert.Null(RewardAccuracy.Of([]));
        // Sure and right, three times; sure and wrong once: confidence .88 where three of four are right.
        var four = RewardAccuracy.Of([new(2, 0), new(2, 0), new(2, 0), new(0, 2)])!;
        Assert.Equal((4, .75), (four.Pairs, four.Accuracy));
        Assert.Equal((1 / (1 + Math.Exp(-2))) - .75, four.CalibrationError, 12);
        var tie = RewardAccuracy.Of([new(1, 1)])!;
        Assert.Equal((.5, 0.0), (tie.Accuracy, tie.CalibrationError));
    }

    private static int[] PretrainedIds(string directory, string text) => ModelText.Open(directory).Tokenizer.Encode(text, addSpecialTokens: true);

    private static Response Answer(string text) => new() { PromptId = "a", Sample = 0, Text = text, FinishReason = FinishReason.Stop, Tokens = 2 };

    private static string Digest(string run)
    {
        using var checkpoint = CheckpointReader.Open(Path.Combine(run, RunLayout.Checkpoint));
        return checkpoint.WeightsDigest();
    }

    private static RewardModelRecipe Recipe(TemporaryFolder folder)
    {
        string[] words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        var rows = string.Concat(Enumerable.Range(0, 9).Select(i => $"{{\"prompt\": \"{words[i]} plus one is\", \"chosen\": \" #### {words[i + 1]}\", \"rejected\": \" zero zero\"}}\n"));
        return new()
        {
            Name = "tiny-reward", Base = SftRecipeSpecs.Recipe(folder).Base, Template = PromptTemplate.Plain, Data = [new() { Path = folder.Write("pairs.jsonl", rows) }],
            Options = new() { MaxSteps = 12, LearningRate = 0.01, Seed = 7, PerDeviceTrainBatchSize = 4, SaveSteps = 2, HeldOut = .2 },
        };
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
