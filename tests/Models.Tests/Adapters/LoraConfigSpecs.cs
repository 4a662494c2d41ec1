using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Adapters;

namespace SafetyGate.Models.Tests.Adapters;

public sealed class LoraConfigSpecs
{
    [Fact]
    public void What_PEFT_leaves_out_has_PEFTs_defaults()
    {
        var config = Parse("""{"peft_type": "LORA", "target_modules": ["v_proj", "q_proj"]}""");
        Assert.Equal((8, 8.0, 0.0), (config.R, config.LoraAlpha, config.LoraDropout));
        Assert.Equal(["q_proj", "v_proj"], config.TargetModules!.Names);
        Assert.Equal((false, false, false, LoraBias.None, "true"), (config.UseRslora, config.UseDora, config.LoraBias, config.Bias, config.InitLoraWeights));
        Assert.Null(config.ModulesToSave);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var config = Parse("""
            {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 3, "lora_alpha": 2.5, "lora_dropout": 0.1, "use_rslora": true, "lora_bias": true, "target_modules": "all-linear", "exclude_modules": ["k_proj"],
             "modules_to_save": ["lm_head"], "rank_pattern": {"q_proj": 2, "v": 5}, "alpha_pattern": {"q_proj": 1.5}, "bias": "lora_only", "init_lora_weights": "gaussian"}
            """);
        Assert.Equal(config.Describe().ToJsonString(), LoraConfig.Parse(WithKind(config.Describe()), "again").Describe().ToJsonString());
        Assert.True(config.TargetModules!.IsAllLinear);
        Assert.Equal(["q_proj", "v"], config.RankPattern.Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("""{"target_modules": ["q_proj"]}""", "has no 'peft_type'")]
    [InlineData("""{"peft_type": "LORA", "r": 4, "target_modules": ["q_proj"], "rank_pattern": {"q": 1, "q": 2}}""", "rank_pattern.q: duplicate key")]
    [InlineData("""{"peft_type": "LORA", "r": 4, "r": 8, "target_modules": ["q_proj"]}""", "r: duplicate key")]
    [InlineData("""{"id": {"peft_type": "LORA", "r": 4, "r": 8}}""", "id.r: duplicate key")]
    [InlineData("""{"peft_type": "IA3", "target_modules": ["q_proj"]}""", "'peft_type' is \"IA3\"; only LORA")]
    [InlineData("""{"peft_type": "LORA", "task_type": "SEQ_2_SEQ_LM"}""", "'task_type' is \"SEQ_2_SEQ_LM\"")]
    [InlineData("""{"peft_type": "LORA", "layer_replication": [[0, 4]]}""", "'layer_replication' is [[0,4]]")]
    [InlineData("""{"peft_type": "LORA", "target_parameters": "mlp.experts"}""", "'target_parameters' is")]
    [InlineData("""{"peft_type": "LORA", "trainable_token_indices": [1, -1]}""", "'trainable_token_indices' is")]
    [InlineData("""{"peft_type": "LORA", "trainable_token_indices": {"embed_tokens": [1, 2, 1]}}""", "'trainable_token_indices' has a token twice for 'embed_tokens'")]
    [InlineData("""{"peft_type": "LORA", "alora_invocation_tokens": [1]}""", "'alora_invocation_tokens' is")]
    [InlineData("""{"peft_type": "LORA", "use_qalora": true}""", "'use_qalora' is true")]
    [InlineData("""{"peft_type": "LORA", "use_bdlora": {"nblocks": 2}}""", "'use_bdlora' is")]
    [InlineData("""{"peft_type": "LORA", "megatron_config": {"a": 1}}""", "'megatron_config' is")]
    [InlineData("""{"peft_type": "LORA", "arrow_config": {"top_k": 3}}""", "'arrow_config' is")]
    [InlineData("""{"peft_type": "LORA", "kasa_config": {"beta": 1}}""", "'kasa_config' is")]
    [InlineData("""{"peft_type": "LORA", "of_the_future": 7}""", "'of_the_future' is 7")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "pissa_niter_16"}""", "'init_lora_weights' is \"pissa_niter_16\"")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "olora"}""", "'init_lora_weights' is \"olora\"")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "loftq"}""", "'init_lora_weights' is \"loftq\"")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "corda"}""", "'init_lora_weights' is \"corda\"")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "lora_ga"}""", "'init_lora_weights' is \"lora_ga\"")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "fancy"}""", "'init_lora_weights' is \"fancy\"; it must be one of")]
    [InlineData("""{"peft_type": "LORA", "target_modules": "q.*", "layers_to_transform": [1]}""", "'layers_to_transform' and 'layers_pattern' have nothing")]
    [InlineData("""{"peft_type": "LORA", "target_modules": ["q"], "layers_pattern": "layers"}""", "'layers_pattern' is given without")]
    [InlineData("""{"peft_type": "LORA", "target_modules": "(q"}""", "no regular expression")]
    [InlineData("""{"peft_type": "LORA", "target_modules": ["q", ""]}""", "'target_modules' is")]
    [InlineData("""{"peft_type": "LORA", "target_modules": 3}""", "'target_modules' is 3")]
    [InlineData("""{"peft_type": "LORA", "r": 0}""", "'r' is 0")]
    [InlineData("""{"peft_type": "LORA", "lora_alpha": "x"}""", "'lora_alpha' is")]
    [InlineData("""{"peft_type": "LORA", "lora_dropout": 1}""", "'lora_dropout' is 1")]
    [InlineData("""{"peft_type": "LORA", "bias": "some"}""", "'bias' is \"some\"")]
    [InlineData("""{"peft_type": "LORA", "rank_pattern": {"q": 0}}""", "'q' is 0")]
    [InlineData("""{"peft_type": "LORA", "rank_pattern": {"(": 1}}""", "'rank_pattern' is '('")]
    [InlineData("""{"peft_type": "LORA", "lora_bias": true, "use_dora": true}""", "'lora_bias' and 'use_dora' are both true")]
    public void What_is_not_supported_is_refused_by_name(string json, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"peft_type": "LORA", "layer_replication": null, "target_parameters": [], "use_qalora": false, "megatron_config": {}, "loftq_config": {"loftq_bits": 4}, "eva_config": {"rho": 2}, "of_the_future": null, "peft_version": "9"}""")]
    [InlineData("""{"peft_type": "LORA", "init_lora_weights": "eva", "fan_in_fan_out": true, "megatron_core": "megatron.core"}""")]
    public void What_changes_nothing_is_no_obstacle(string json) => Assert.Equal(8, Parse(json).R);

    [Theory]
    [InlineData("""{"target_module": ["q_proj"]}""", "'target_module' is not a known key; did you mean 'target_modules'?")]
    [InlineData("""{"use_qalora": false}""", "'use_qalora' is not a known key")]
    [InlineData("""{"of_the_future": null}""", "'of_the_future' is not a known key")]
    public void In_a_recipe_every_key_must_be_known(string json, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => LoraConfig.Parse(JsonNode.Parse(json)!.AsObject(), "peft_config", isRecipe: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_trained_is_said_all_at_once()
    {
        var problems = new LoraConfig { R = 0, LoraAlpha = double.NaN, LoraDropout = 1, InitLoraWeights = "eva", AlphaPattern = [KeyValuePair.Create("q", 0.0)], RankPattern = [KeyValuePair.Create("q", 0)] }.Problems().ToList();
        Assert.Equal(7, problems.Count);
        Assert.Empty(new LoraConfig { TargetModules = ModuleSelector.AllLinear }.Problems());
    }

    [Theory]
    [InlineData(@"model\.layers\.\d+\.mlp\.(up|down)_proj", "model.layers.3.mlp.up_proj", true)]
    [InlineData(@"model\.layers\.\d+\.mlp\.(up|down)_proj", "xmodel.layers.3.mlp.up_proj", false)]
    [InlineData(@"up|model", "model.x", false)]
    [InlineData(@".*\.(?P<kind>q|v)_proj", "a.q_proj", true)]
    [InlineData(@"(?P<n>a+)\.(?P=n)", "aa.aa", true)]
    [InlineData(@"a{,2}", "", true)]
    [InlineData(@"a{,2}", "aaa", false)]
    [InlineData(@"[a-z-[aeiou]]", "b]", true)] // in Python a class that ends at the first bracket, then a bracket
    [InlineData(@"[]a]+", "]a", true)]
    [InlineData(@"x\Z", "x", true)]
    public void Expressions_mean_what_they_mean_in_Python(string pattern, string name, bool matches) =>
        Assert.Equal(matches, ModuleSelector.Matching(pattern).Has(name));

    [Fact]
    public void An_expression_that_would_take_forever_is_refused()
    {
        var selector = ModuleSelector.Matching("(a+)+b");
        Assert.Contains("takes too long", Assert.Throws<UserErrorException>(() => selector.Has(new string('a', 60))).Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => ModuleSelector.Matching(new string('a', 10_000)));
    }

    private static LoraConfig Parse(string json) => LoraConfig.ParseText(json, "adapter_config.json");

    private static JsonObject WithKind(JsonObject json)
    {
        json["peft_type"] = "LORA";
        return json;
    }
}
