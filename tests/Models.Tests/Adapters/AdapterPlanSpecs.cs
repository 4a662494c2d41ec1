using SafetyGate.Core;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Tests.Decoders;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Which modules a configuration selects, on three layers of a tiny Llama.</summary>
public sealed class AdapterPlanSpecs
{
    private static readonly string[] Linear = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];

    [Theory]
    [InlineData("""{"target_modules": ["q_proj"]}""", "0.self_attn.q_proj 1.self_attn.q_proj 2.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["self_attn.q_proj", "model.layers.1.mlp.up_proj"]}""", "0.self_attn.q_proj 1.self_attn.q_proj 1.mlp.up_proj 2.self_attn.q_proj")]
    [InlineData("""{"target_modules": "model\\.layers\\.[02]\\.mlp\\..*"}""", "0.mlp.gate_proj 0.mlp.up_proj 0.mlp.down_proj 2.mlp.gate_proj 2.mlp.up_proj 2.mlp.down_proj")]
    [InlineData("""{"target_modules": ["q_proj", "k_proj"], "exclude_modules": ["layers.1.self_attn.q_proj", "k_proj"]}""", "0.self_attn.q_proj 2.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ".*\\.[12]\\..*"}""", "0.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": [2, 0]}""", "0.self_attn.q_proj 2.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": 1, "layers_pattern": "layers"}""", "1.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["q_proj"], "layers_to_transform": 1, "layers_pattern": ["h", "layer."]}""", "1.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["q_proj", "model.layers.0.mlp.up_proj"], "layers_to_transform": 1}""", "0.mlp.up_proj 1.self_attn.q_proj")] // a whole name is taken whatever its layer
    [InlineData("""{"target_modules": ["q_proj", "up_proj"], "modules_to_save": ["self_attn"]}""", "0.mlp.up_proj 1.mlp.up_proj 2.mlp.up_proj")]
    [InlineData("""{"target_modules": ["q_proj", "nothing"]}""", "0.self_attn.q_proj 1.self_attn.q_proj 2.self_attn.q_proj")] // a saved file may name what another family has
    public void A_module_is_selected_as_PEFT_selects_it(string config, string expected) =>
        Assert.Equal(expected.Split(' ').Select(name => "model.layers." + name), Plan(config).Targets.Select(target => target.Module));

    [Theory]
    [InlineData("all-linear", false)]
    [InlineData("All-Linear", true)]
    public void All_linear_is_every_linear_module_but_the_head(string word, bool tied) =>
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(layer => Linear.Select(name => $"model.layers.{layer}.{name}")), Plan($$"""{"target_modules": "{{word}}"}""", tied).Targets.Select(target => target.Module));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_head_can_be_named(bool tied) => Assert.Equal("lm_head", Assert.Single(Plan("""{"target_modules": ["lm_head"]}""", tied).Targets).Module);

    [Fact]
    public void Ranks_and_alphas_are_those_of_the_first_key_that_fits()
    {
        var targets = Plan("""
            {"r": 8, "lora_alpha": 16, "target_modules": ["q_proj", "k_proj", "down_proj"], "rank_pattern": {"layers\\.0\\..*": 2, "q_proj": 4, "_proj": 1}, "alpha_pattern": {"model.layers.2.self_attn.q_proj": 1, "k_proj": 4}}
            """).Targets.ToDictionary(target => target.Module[13..], target => (target.Rank, target.Scale));
        Assert.Equal((2, 16 / 2.0), targets["0.self_attn.q_proj"]);
        Assert.Equal((2, 4 / 2.0), targets["0.self_attn.k_proj"]);
        Assert.Equal((4, 16 / 4.0), targets["1.self_attn.q_proj"]);
        Assert.Equal((4, 1 / 4.0), targets["2.self_attn.q_proj"]);
        Assert.Equal((8, 4 / 8.0), targets["1.self_attn.k_proj"]);
        Assert.Equal((8, 16 / 8.0), targets["1.mlp.down_proj"]); // _proj is no end behind a dot
    }

    [Theory]
    [InlineData("""{"target_modules": ["c_attn"]}""", "selects no module of this base, which has q_proj")]
    [InlineData("""{}""", "has no 'target_modules'")]
    [InlineData("""{"target_modules": ["norm"]}""", "selects 'model.norm', which is neither")]
    [InlineData("""{"target_modules": ["mlp"]}""", "selects 'model.layers.0.mlp', which is neither")]
    [InlineData("""{"target_modules": ["embed_tokens"], "lora_bias": true}""", "'lora_bias' is true for the embedding")]
    [InlineData("""{"target_modules": ["embed_tokens", "lm_head"], "alpha_pattern": {"lm_head": 3}, "ensure_weight_tying": true}""", "give the head another rank or factor")]
    [InlineData("""{"target_parameters": ["embed_tokens.weight"]}""", "'target_parameters' selects 'model.embed_tokens.weight'; supported are")]
    [InlineData("""{"target_parameters": ["input_layernorm.weight"]}""", "selects 'model.layers.0.input_layernorm.weight'")]
    [InlineData("""{"target_parameters": ["mlp.experts.gate_up_proj"]}""", "selects no parameter of this base, which has no experts")]
    [InlineData("""{"target_parameters": ["q_proj.weight"], "target_modules": ["q_proj"]}""", "both select 'model.layers.0.self_attn.q_proj'")]
    [InlineData("""{"target_modules": ["q_proj"], "trainable_token_indices": {"q_proj": [1]}}""", "selects 'model.layers.0.self_attn.q_proj'; only the embedding 'model.embed_tokens' and the head 'lm_head' have a row")]
    [InlineData("""{"target_modules": ["q_proj"], "trainable_token_indices": {"wte": [1]}}""", "'trainable_token_indices' has 'wte', which is no module of this base")]
    [InlineData("""{"target_modules": ["q_proj", "lm_head"], "trainable_token_indices": [1]}""", "has rows of 'lm_head', which target_modules or modules_to_save change too")]
    [InlineData("""{"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens"], "trainable_token_indices": [1]}""", "has rows of 'model.embed_tokens'")]
    [InlineData("""{"target_modules": ["q_proj"], "ensure_weight_tying": true, "trainable_token_indices": {"embed_tokens": [1], "lm_head": [2]}}""", "has other tokens for the head than for the embedding")]
    [InlineData("""{"target_modules": ["q_proj"], "exclude_modules": ["q_proj"]}""", "selects no module")]
    public void What_selects_nothing_or_something_else_is_refused(string config, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Plan(config, tied: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"target_modules": ["embed_tokens"], "ensure_weight_tying": true}""")]
    [InlineData("""{"target_modules": ["q_proj"], "modules_to_save": ["lm_head"], "ensure_weight_tying": true}""")]
    public void A_recipe_does_not_train_the_two_as_one(string config) =>
        Assert.Contains("'ensure_weight_tying' is true", Assert.Throws<UserErrorException>(() => Plan(config, tied: true, isRecipe: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"target_parameters": ["q_proj.weight", "model.layers.1.mlp.up_proj.weight"]}""", "0.self_attn.q_proj 1.self_attn.q_proj 1.mlp.up_proj 2.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["v_proj"], "target_parameters": ["layers.0.self_attn.q_proj.weight"]}""", "0.self_attn.v_proj 1.self_attn.v_proj 2.self_attn.v_proj 0.self_attn.q_proj")]
    [InlineData("""{"target_modules": ["v_proj"], "target_parameters": ["mlp.experts.gate_up_proj"]}""", "0.self_attn.v_proj 1.self_attn.v_proj 2.self_attn.v_proj")] // PEFT warns
    public void A_weight_that_is_named_is_the_modules(string config, string expected) =>
        Assert.Equal(expected.Split(' ').Select(name => "model.layers." + name), Plan(config).Targets.Select(target => target.Module));

    [Fact]
    public void Tying_that_changes_nothing_is_no_obstacle() =>
        Assert.Equal(3, Plan("""{"target_modules": ["q_proj"], "ensure_weight_tying": true}""", tied: true).Targets.Count);

    [Theory]
    [InlineData("""{"target_modules": ["q_proj", "vproj"]}""", "'target_modules' has 'vproj', which selects no module of this base; did you mean 'v_proj'?")]
    [InlineData("""{"target_modules": ["q_proj"], "modules_to_save": ["lmhead"]}""", "'modules_to_save' has 'lmhead', which selects no module of this base; did you mean 'lm_head'?")]
    public void In_a_recipe_every_name_must_select_something(string config, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Plan(config, isRecipe: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("norm", 3 * 2 + 1)] // a name may be the end of several, even within a word
    [InlineData("lm_head", 1)]
    [InlineData("mlp", 3 * 3)]
    [InlineData("score", 0)]
    public void Modules_to_save_are_found_by_the_end_of_their_names(string name, int parameters) =>
        Assert.Equal(parameters, Plan($$"""{"target_modules": ["q_proj"], "modules_to_save": ["{{name}}"]}""").Replaced.Count);

    private static AdapterPlan Plan(string config, bool tied = false, bool isRecipe = false)
    {
        var architecture = TinyModels.Config("llama", ("tie_word_embeddings", tied));
        using var decoder = DecoderFactory.Create(architecture, seed: 1);
        var json = System.Text.Json.Nodes.JsonNode.Parse(config)!.AsObject();
        json["peft_type"] = "LORA";
        return AdapterPlan.Of(LoraConfig.Parse(json, "adapter_config.json"), new AdapterSite(decoder, architecture), "adapter_config.json", isRecipe);
    }
}
