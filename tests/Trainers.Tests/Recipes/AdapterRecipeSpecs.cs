using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Dpo;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Recipes;

/// <summary>Runs that train an adapter in place of the weights.</summary>
public sealed class AdapterRecipeSpecs : IDisposable
{
    private static readonly LoraConfig Adapter = new() { R = 4, LoraAlpha = 8, TargetModules = ModuleSelector.Of("q_proj", "v_proj", "down_proj") };
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_state_of_a_run_with_another_adapter_is_not_taken_up()
    {
        using var folder = new TemporaryFolder();
        void Train(double alpha)
        {
            var architecture = DecoderConfig.ParseText(TinyModel.Config, "config.json");
            var @base = TinyModel.Create();
            using var adapted = new AdaptedDecoder(@base, architecture);
            adapted.Add("a", Models.Adapters.Adapter.Create(new LoraConfig { R = 2, LoraAlpha = alpha, TargetModules = ModuleSelector.Of("q_proj") }, @base, architecture, seed: 3));
            adapted.Train("a", seed: 1);
            new SftTrainer(adapted, TinyModel.Examples(), new SftOptions { MaxSteps = 2, LearningRate = .01, Seed = 3, PerDeviceTrainBatchSize = 4 }).Train(folder.Path, null, CancellationToken.None);
        }

        Train(8);
        Train(8); // the same one goes on, here from its end
        Assert.Contains("another run", Assert.Throws<UserErrorException>(() => Train(16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supervised_run_learns_and_leaves_an_adapter_as_PEFT_saves_it()
    {
        var recipe = Sft() with { Options = Sft().Options with { MaxSteps = 40, LearningRate = 0.02 } };
        var run = await Train(recipe, "run");
        var losses = MetricsLog.Values(run, "loss");
        Assert.True(losses.TakeLast(5).Average() < 0.8 * losses.Take(5).Average());
        var checkpoint = Path.Combine(run, RunLayout.Checkpoint);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors", "tokenizer.json"], Directory.EnumerateFiles(checkpoint).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(checkpoint, "adapter_config.json")))!;
        Assert.Equal(("LORA", 4, "CAUSAL_LM"), ((string)config["peft_type"]!, (int)config["r"]!, (string)config["task_type"]!));
        Assert.Equal(recipe.Base, (string)config["base_model_name_or_path"]!);
        using var model = (LocalLanguageModel)recipe.Open(checkpoint);
        using var reference = (LocalLanguageModel)recipe.OpenReference();
        Assert.NotEqual(reference.Identity.WeightsDigest, model.Identity.WeightsDigest);
        Assert.Equal(reference.Identity.TokenizerDigest, model.Identity.TokenizerDigest);
        using var alone = LocalLanguageModel.Load(checkpoint); // it names its base
        Assert.Equal(model.Identity.WeightsDigest, alone.Identity.WeightsDigest);
    }

    [Fact]
    public async Task The_bases_weights_and_the_optimizers_states_of_them_are_nowhere_in_the_run()
    {
        var run = await Train(Sft(), "run");
        using var state = SafetensorsFile.Open(Path.Combine(run, "state.safetensors"));
        var names = state.Entries.Select(entry => entry.Name).ToList();
        Assert.Equal(3 * 2 * 2 * 3, names.Count); // two layers, three modules, A and B; the weight and two moments of each
        Assert.All(names, name => Assert.Contains(".lora_", name, StringComparison.Ordinal));
        using var adapter = SafetensorsFile.Open(Path.Combine(run, RunLayout.Checkpoint, "adapter_model.safetensors"));
        Assert.Equal(3 * 2 * 2, adapter.Entries.Count);
    }

    public static TheoryData<string> Kinds() => ["sft", "sft-dropout", "sft-everything", "grpo", "grpo-loss", "dpo", "dpo-dropout"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Killed_and_resumed_a_run_has_the_same_adapter(string kind)
    {
        IRecipe recipe = kind switch
        {
            "sft" => Sft(),
            "sft-dropout" => Sft() with { PeftConfig = Adapter with { LoraDropout = 0.3 } },
            "sft-everything" => Sft() with { PeftConfig = Adapter with { UseDora = true, UseRslora = true, ModulesToSave = ["lm_head"], RankPattern = [KeyValuePair.Create("v_proj", 2)] } },
            "dpo" => Dpo(),
            "dpo-dropout" => Dpo() with { PeftConfig = Adapter with { LoraDropout = 0.3 }, Options = Dpo().Options with { DisableDropout = false } },
            "grpo-loss" => Grpo() with { Options = GrpoOptions.For(GrpoMode.Grpo, 4, 0.02, 7) with { Beta = 0.1, PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 1 } },
            _ => Grpo(),
        };
        var undisturbed = await Train(recipe, "a");
        var resumed = Directory.CreateDirectory(Path.Combine(_folder.Path, "b")).FullName;
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(2, cancellation), cancellation.Token));
        Assert.False(Directory.Exists(Path.Combine(resumed, RunLayout.Checkpoint)));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Bytes(undisturbed), Bytes(resumed));
        Assert.Equal(File.ReadAllText(Path.Combine(undisturbed, RunLayout.Metrics)), File.ReadAllText(Path.Combine(resumed, RunLayout.Metrics)));
        using var model = (LocalLanguageModel)recipe.Open(Path.Combine(resumed, RunLayout.Checkpoint));
        using var reference = (LocalLanguageModel)recipe.OpenReference();
        Assert.NotEqual(reference.Identity.WeightsDigest, model.Identity.WeightsDigest);
    }

    [Fact]
    public async Task The_reference_of_an_adapters_DPO_run_is_the_base()
    {
        var run = await Train(Dpo(), "run");
        Assert.Equal(Math.Log(2), MetricsLog.Values(run, "loss")[0], 1e-5); // the adapter begins without effect
        Assert.True(MetricsLog.Values(run, "loss")[^1] < Math.Log(2));
    }

    // As in TRL, whose DPOConfig and RewardConfig switch dropout off unless told otherwise.
    [Fact]
    public async Task Dropout_of_an_adapter_acts_in_DPO_only_when_asked_for_and_that_is_told()
    {
        var dropping = Dpo() with { PeftConfig = Adapter with { LoraDropout = 0.3 } };
        var told = new List<string>();
        var quiet = await Train(dropping, "quiet", new SaidNow(told));
        Assert.Contains("peft_config.lora_dropout is 0.3, but nothing is dropped: disable_dropout is true here unless it is given, as in TRL.", told);
        Assert.Equal(Bytes(await Train(Dpo(), "none")), Bytes(quiet));
        var asked = dropping with { Options = dropping.Options with { DisableDropout = false } };
        Assert.NotEqual(Bytes(quiet), Bytes(await Train(asked, "dropped", new SaidNow(told = []))));
        Assert.DoesNotContain(told, one => one.Contains("lora_dropout", StringComparison.Ordinal));
        Assert.Equal(0.3, (double)JsonNode.Parse(File.ReadAllText(Path.Combine(quiet, RunLayout.Checkpoint, "adapter_config.json")))!["lora_dropout"]!);
    }

    [Fact]
    public async Task An_adapter_that_learned_nothing_has_the_digest_of_its_reference()
    {
        // The rate is zero in the adapter's numbers.
        var recipe = Sft() with { Options = Sft().Options with { MaxSteps = 1, LearningRate = 1e-60 } };
        var run = await Train(recipe, "run");
        using var model = (LocalLanguageModel)recipe.Open(Path.Combine(run, RunLayout.Checkpoint));
        using var reference = (LocalLanguageModel)recipe.OpenReference();
        Assert.Equal(reference.Identity.WeightsDigest, model.Identity.WeightsDigest);
    }

    [Fact]
    public async Task The_KL_of_an_adapter_is_measured_against_its_base()
    {
        var recipe = Grpo() with { Options = Grpo().Options with { LearningRate = 0.1 } };
        var run = await Train(recipe, "run");
        using var meter = recipe.OpenKlMeter(Path.Combine(run, RunLayout.Checkpoint));
        var samples = await meter.MeasureAsync([Prompt.Plain("a", "one plus two is")], new SamplingOptions { MaxNewTokens = 4, Temperature = 1, SamplesPerPrompt = 8, Seed = 1 }, CancellationToken.None);
        Assert.True(samples.Average(sample => sample.Kl) > 0);
    }

    [Fact]
    public void The_key_has_every_setting_of_the_adapter_and_no_key_of_other_runs_changes()
    {
        var keys = new List<string> { (Sft() with { PeftConfig = null }).Describe().ToJsonString() };
        Assert.DoesNotContain("peft", keys[0], StringComparison.Ordinal);
        foreach (var config in (LoraConfig[])[
            Adapter, Adapter with { R = 5 }, Adapter with { LoraAlpha = 9 }, Adapter with { LoraDropout = 0.1 }, Adapter with { UseRslora = true }, Adapter with { UseDora = true }, Adapter with { LoraBias = true },
            Adapter with { TargetModules = ModuleSelector.AllLinear }, Adapter with { TargetModules = ModuleSelector.Matching(".*q_proj") }, Adapter with { ExcludeModules = ModuleSelector.Of("v_proj") },
            Adapter with { ModulesToSave = ["lm_head"] }, Adapter with { RankPattern = [KeyValuePair.Create("q_proj", 2)] }, Adapter with { AlphaPattern = [KeyValuePair.Create("q_proj", 2.0)] },
            Adapter with { LayersToTransform = [1] }, Adapter with { LayersToTransform = [1], LayersPattern = ["layers"] }, Adapter with { Bias = LoraBias.All }, Adapter with { InitLoraWeights = "gaussian" }])
            keys.Add((Sft() with { PeftConfig = config }).Describe().ToJsonString());
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(keys[1], (Sft() with { PeftConfig = Adapter with { TargetModules = ModuleSelector.Of("v_proj", "down_proj", "q_proj") } }).Describe().ToJsonString());
    }

    [Fact]
    public void A_file_has_it_under_peft_config_with_PEFTs_names()
    {
        var recipe = (SftRecipe)Read("""{"r": 16, "lora_alpha": 32, "lora_dropout": 0.05, "target_modules": ["q_proj", "v_proj"], "use_rslora": true, "modules_to_save": ["lm_head"], "rank_pattern": {"v_proj": 4}, "bias": "none", "task_type": "CAUSAL_LM"}""");
        var config = recipe.PeftConfig!;
        Assert.Equal((16, 32.0, 0.05, true), (config.R, config.LoraAlpha, config.LoraDropout, config.UseRslora));
        Assert.Equal(["q_proj", "v_proj"], config.TargetModules!.Names);
        Assert.Equal(["lm_head"], config.ModulesToSave);
        Assert.Equal(KeyValuePair.Create("v_proj", 4), Assert.Single(config.RankPattern));
        Assert.True(((SftRecipe)Read("""{"target_modules": "all-linear"}""")).PeftConfig!.TargetModules!.IsAllLinear);
        Assert.Null(((SftRecipe)Read("null")).PeftConfig);
    }

    [Theory]
    [InlineData("""{"target_modules": ["q_proj"], "lora_alfa": 4}""", "recipe.json, line 4, peft_config: 'lora_alfa' is not a known key; did you mean 'lora_alpha'?")]
    [InlineData("""{"target_modules": ["q_proj"], "r": "four"}""", "'r' is \"four\"; it must be a whole number of 1 or more")]
    [InlineData("""{"target_modules": ["q_proj"], "init_lora_weights": "pissa"}""", "'init_lora_weights' is \"pissa\"")]
    [InlineData("""{"target_modules": ["q_proj"], "init_lora_weights": "eva"}""", "init_lora_weights is eva; training begins with")]
    [InlineData("""{"target_modules": ["q_proj"], "loftq_config": {"loftq_bits": 4}}""", "'loftq_config' is {\"loftq_bits\":4}: it sets up another beginning")]
    [InlineData("""{"target_modules": ["q_proj"], "eva_config": {"rho": 2}}""", "'eva_config' is {\"rho\":2}: it sets up another beginning")]
    [InlineData("""{"r": 4}""", "target_modules is missing")]
    [InlineData("""[1]""", "must be an object under the names of PEFT's LoraConfig")]
    [InlineData(""" "lora" """, "must be an object under the names of PEFT's LoraConfig")]
    public void A_mistake_in_it_is_named(string config, string says)
    {
        var error = Assert.Throws<UserErrorException>(() => Read(config));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c_attn", "selects no module of this base")]
    [InlineData("embed_tokens", "adapters of an embedding can be loaded, not trained")]
    public async Task What_the_base_cannot_have_is_refused_before_training(string module, string says)
    {
        var recipe = Sft() with { PeftConfig = Adapter with { TargetModules = ModuleSelector.Of(module) } };
        Assert.Contains(says, (await Assert.ThrowsAsync<UserErrorException>(() => Train(recipe, "run"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_is_refused_where_the_policy_draws_its_own_data() =>
        Assert.Contains("lora_dropout is 0.1", Assert.Throws<UserErrorException>(() => (Grpo() with { PeftConfig = Adapter with { LoraDropout = 0.1 } }).Describe()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_base_that_has_an_adapter_is_refused()
    {
        var run = await Train(Sft(), "run");
        var recipe = Sft() with { Base = Path.Combine(run, RunLayout.Checkpoint) };
        Assert.Contains("the base of a recipe must be a model without one", Assert.Throws<UserErrorException>(recipe.Describe).Message, StringComparison.Ordinal);
        File.Copy(Path.Combine(run, RunLayout.Checkpoint, "adapter_config.json"), Path.Combine(Sft().Base, "adapter_config.json"));
        Assert.Contains("holds an adapter (adapter_config.json)", Assert.Throws<UserErrorException>(Sft().Describe).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SftRecipe? _tiny;

    private SftRecipe Sft() => (_tiny ??= SftRecipeSpecs.Recipe(_folder)) with { PeftConfig = Adapter, Options = _tiny.Options with { MaxSteps = 6, SaveSteps = 1 } };

    private GrpoRecipe Grpo() => new()
    {
        Name = "tiny",
        Base = Sft().Base,
        Data = new() { Path = _folder.Write("prompts.jsonl", string.Concat(Enumerable.Range(0, 5).Select(i => $"{{\"id\": \"s{i}\", \"prompt\": \"one plus two is\", \"answer\": \"three\"}}\n"))) },
        Template = Sft().Template,
        Rewards = [new(new Brief())],
        PeftConfig = Adapter,
        Options = GrpoOptions.For(GrpoMode.Rlvr, 4, 0.02, 7) with { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 1 },
    };

    private DpoRecipe Dpo() => new()
    {
        Name = "tiny",
        Base = Sft().Base,
        Data = [new() { Path = _folder.Write("pairs.jsonl", string.Concat(new[] { "one", "two", "three", "four" }.Select(word => $"{{\"prompt\": \"{word} plus one is\", \"chosen\": \" #### five\", \"rejected\": \" zero zero\"}}\n"))) }],
        Template = Sft().Template,
        PeftConfig = Adapter,
        Options = new() { MaxSteps = 6, LearningRate = 0.02, Seed = 7, PerDeviceTrainBatchSize = 2, SaveSteps = 1 },
    };

    private IRecipe Read(string config) => RecipeFile.Load(_folder.Write("recipe.json", $$"""
        {
          "kind": "sft", "base": "base", "data": [{"path": "d.jsonl", "prompt": "q", "completion": "a"}], "template": "plain",
          "options": {"max_steps": 1, "learning_rate": 1e-3, "seed": 1},
          "peft_config": {{config}}
        }
        """));

    private async Task<string> Train(IRecipe recipe, string name, IProgress<RunProgress>? progress = null)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
        await recipe.TrainAsync(directory, progress ?? new Progress<RunProgress>(), CancellationToken.None);
        return directory;
    }

    private static byte[] Bytes(string run) => File.ReadAllBytes(Path.Combine(run, RunLayout.Checkpoint, "adapter_model.safetensors"));

    /// <summary>A reward that a random model earns now and then, so that there is something to learn.</summary>
    private sealed class Brief : IReward
    {
        public string Name => "brief";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
            [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }

    private sealed class SaidNow(List<string> words) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => words.Add(value.Detail);
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
