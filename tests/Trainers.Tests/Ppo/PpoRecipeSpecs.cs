using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Ppo;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Ppo;

public sealed class PpoRecipeSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_policy_is_trained_on_a_reward_models_scores()
    {
        var recipe = await Recipe();
        var run = await Train(recipe, "run");
        using var model = (LocalLanguageModel)recipe.Open(Path.Combine(run, RunLayout.Checkpoint));
        using var reference = (LocalLanguageModel)recipe.OpenReference();
        Assert.NotEqual(reference.Identity.WeightsDigest, model.Identity.WeightsDigest);
        Assert.Equal(4, MetricsLog.Values(run, "rewards/reward-model/mean").Count);
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(run, RunLayout.Report)))!;
        Assert.Equal((4, 9), ((int)report["steps"]!, (int)report["prompts"]!));
        Assert.Equal(0.05, recipe.Beta);
        Assert.NotEmpty(recipe.NonConformities);
    }

    public static TheoryData<string> Kinds() => ["weights", "adapter", "adapters-reward", "value", "verifier"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Killed_and_resumed_a_run_has_the_same_weights(string kind)
    {
        var recipe = await Recipe(kind == "adapters-reward" ? new() { R = 2, TargetModules = ModuleSelector.AllLinear } : null);
        recipe = kind switch
        {
            "adapter" => recipe with { PeftConfig = new() { R = 4, LoraAlpha = 8, TargetModules = ModuleSelector.Of("q_proj", "v_proj"), ModulesToSave = ["lm_head"] } },
            "value" => recipe with { ValueModelPath = recipe.RewardModelPath },
            "verifier" => recipe with { RewardModelPath = null, Rewards = [new(new Verifiers.Math.MathVerifier())], Options = recipe.Options with { AdaptiveKlTarget = .01, AdaptiveKlHorizon = 50 } },
            _ => recipe,
        };
        var undisturbed = await Train(recipe, "a");
        var resumed = Directory.CreateDirectory(_folder["b"]).FullName;
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(2, cancellation), cancellation.Token));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Weights(undisturbed), Weights(resumed));
        Assert.Equal(File.ReadAllText(Path.Combine(undisturbed, RunLayout.Metrics)), File.ReadAllText(Path.Combine(resumed, RunLayout.Metrics)));
        if (kind != "adapter") return;
        using var state = SafetensorsFile.Open(Path.Combine(resumed, "state.safetensors"));
        Assert.All(state.Entries.Where(entry => entry.Name.StartsWith("weights/", StringComparison.Ordinal)), entry => Assert.True(entry.Name.Contains(".lora_", StringComparison.Ordinal) || entry.Name.EndsWith("score.weight", StringComparison.Ordinal) || entry.Name.EndsWith("lm_head.weight", StringComparison.Ordinal), entry.Name));
        Assert.Contains(state.Entries, entry => entry.Name == "weights/value_model.base_model.model.score.weight");
    }

    [Fact]
    public async Task The_key_has_the_models_by_their_weights_and_not_their_paths()
    {
        var recipe = await Recipe();
        var key = recipe.Describe().ToJsonString();
        Assert.DoesNotContain(_folder.Path, key, StringComparison.Ordinal);
        Assert.NotEqual(key, (recipe with { RewardModelPath = null, Rewards = [new(new Verifiers.Math.MathVerifier())] }).Describe().ToJsonString());
        Assert.NotEqual(key, (recipe with { ValueModelPath = recipe.RewardModelPath }).Describe().ToJsonString());
        Assert.NotEqual(key, (recipe with { Options = recipe.Options with { Lam = 1 } }).Describe().ToJsonString());
        Assert.Equal(key, (recipe with { Options = recipe.Options with { SaveSteps = 3 } }).Describe().ToJsonString());
    }

    [Fact]
    public async Task What_is_no_reward_model_of_this_base_is_refused_before_training()
    {
        var recipe = await Recipe();
        await Says("is no reward", "There is no reward; give reward_model_path, or rewards", recipe with { RewardModelPath = null });
        await Says("language model", "a language model; a reward model is a classifier of one label", recipe with { RewardModelPath = recipe.Base });
        var config = Path.Combine(recipe.RewardModelPath!, "config.json");
        var text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("\"max_position_embeddings\":32", "\"max_position_embeddings\":8", StringComparison.Ordinal));
        await Says("context", "the longest prompt and a response of 5 tokens are 9", recipe);
        File.WriteAllText(config, text);
        await Says("batch", "a step answers 12 prompts (per_device_train_batch_size 3, gradient_accumulation_steps 1, num_mini_batches 4)", recipe with { Options = recipe.Options with { NumMiniBatches = 4 } });
        await Says("dropout", "lora_dropout is 0.1", recipe with { PeftConfig = new() { TargetModules = ModuleSelector.Of("q_proj"), LoraDropout = .1 } });
        var tokenizer = Path.Combine(recipe.RewardModelPath!, "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"one\": 4, \"two\": 5", "\"one\": 5, \"two\": 4", StringComparison.Ordinal));
        await Says("tokenizer", "has another tokenizer than the base", recipe);
        File.WriteAllText(tokenizer, File.ReadAllText(Path.Combine(recipe.Base, "tokenizer.json")) + "\n"); // other bytes, the same tokens
        await Train(recipe, "same-tokens");

        async Task Says(string name, string says, PpoRecipe wrong) =>
            Assert.Contains(says, (await Assert.ThrowsAsync<UserErrorException>(() => Train(wrong, name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_has_trls_keys()
    {
        var recipe = Assert.IsType<PpoRecipe>(RecipeFile.Load(_folder.Write("r.json", """
            {"kind": "ppo", "base": "model", "template": "plain", "data": {"path": "prompts.jsonl"}, "reward_model_path": "rm", "value_model_path": "rm",
             "options": {"max_steps": 10, "learning_rate": 1e-5, "seed": 3, "num_ppo_epochs": 2, "num_mini_batches": 3, "kl_coef": 0.1, "kl_estimator": "k3", "cliprange": 0.3, "cliprange_value": 0.4,
                         "vf_coef": 0.5, "gamma": 0.99, "lam": 0.9, "whiten_rewards": true, "missing_eos_penalty": 1.5, "response_length": 12, "temperature": 0.7, "form": "trl", "target_kl": 0.1, "adaptive_kl_target": 6, "adaptive_kl_horizon": 500}}
            """)));
        Assert.Equal(_folder["rm"], recipe.RewardModelPath);
        var options = recipe.Options;
        Assert.Equal((2, 3, .1, PpoKlEstimator.K3, .3, .4, .5), (options.NumPpoEpochs, options.NumMiniBatches, options.KlCoef, options.KlEstimator, options.Cliprange, options.CliprangeValue, options.VfCoef));
        Assert.Equal((.99, .9, true, 1.5, 12, .7, PpoForm.Trl), (options.Gamma, options.Lam, options.WhitenRewards, options.MissingEosPenalty, options.ResponseLength, options.Temperature, options.Form));
        Assert.Equal((.1, 6.0, 500), (options.TargetKl, options.AdaptiveKlTarget, options.AdaptiveKlHorizon));
    }

    [Theory]
    [InlineData("ppo-reward-model")]
    [InlineData("ppo-verifier-lora")]
    [InlineData("ppo-pocket")]
    public void The_examples_are_read(string name)
    {
        var recipe = Assert.IsType<PpoRecipe>(RecipeFile.Load(Path.Combine(Repository.Root, "docs", "examples", name + ".json")));
        Assert.True(recipe.Rewards.Count == 1 ^ recipe.RewardModelPath is not null);
    }

    public void Dispose() => _folder.Dispose();


    // A base, a reward model of it and prompts.
    private async Task<PpoRecipe> Recipe(LoraConfig? rewardAdapter = null)
    {
        string[] words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        var pairs = string.Concat(Enumerable.Range(0, 9).Select(i => $"{{\"prompt\": \"{words[i]} plus one is\", \"chosen\": \" #### {words[i + 1]}\", \"rejected\": \" zero zero\"}}\n"));
        var prompts = string.Concat(Enumerable.Range(0, 9).Select(i => $"{{\"id\": \"s{i}\", \"prompt\": \"{words[i]} plus one is\", \"answer\": \"{i + 2}\"}}\n"));
        var start = SftRecipeSpecs.Recipe(_folder).Base;
        var rewards = new RewardModelRecipe { Name = "reward", Base = start, Template = PromptTemplate.Plain, Data = [new() { Path = _folder.Write("pairs.jsonl", pairs) }], Options = new() { MaxSteps = 2, LearningRate = .01, Seed = 7 }, PeftConfig = rewardAdapter };
        var run = await Train(rewards, "reward");
        return new()
        {
            Name = "tiny-ppo", Base = start, Template = PromptTemplate.Plain, Data = new() { Path = _folder.Write("prompts.jsonl", prompts) }, RewardModelPath = Path.Combine(run, RunLayout.Checkpoint),
            Options = new() { MaxSteps = 4, LearningRate = .01, Seed = 7, PerDeviceTrainBatchSize = 3, NumMiniBatches = 2, NumPpoEpochs = 2, ResponseLength = 5, SaveSteps = 1 },
        };
    }

    private async Task<string> Train(IRecipe recipe, string name)
    {
        var directory = Directory.CreateDirectory(_folder[name]).FullName;
        await recipe.TrainAsync(directory, new Progress<RunProgress>(), CancellationToken.None);
        return directory;
    }

    private static byte[] Weights(string run) => File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(run, RunLayout.Checkpoint), "*.safetensors").Single());

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
