using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>Adapters that were just created: what they begin as, and what makes them act.</summary>
public sealed class NewAdapterSpecs
{
    [Fact]
    public void A_new_adapter_changes_nothing_and_follows_its_seed()
    {
        var architecture = TinyModels.Config("qwen2");
        using var @base = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float32);
        foreach (var config in (LoraConfig[])[
            new() { TargetModules = ModuleSelector.AllLinear, LoraBias = true, ModulesToSave = ["lm_head"], Bias = LoraBias.All },
            new() { TargetModules = ModuleSelector.Of("q_proj", "down_proj"), UseDora = true, InitLoraWeights = "gaussian" }])
        {
            using var adapter = Adapter.Create(config, @base, architecture, seed: 3);
            using var same = Adapter.Create(config, @base, architecture, seed: 3);
            using var other = Adapter.Create(config, @base, architecture, seed: 4);
            Assert.False(adapter.HasEffect());
            var a = adapter.Plan.Targets[0].A;
            Assert.Equal(Numbers.Of(adapter.Parameters[a]), Numbers.Of(same.Parameters[a]));
            Assert.NotEqual(Numbers.Of(adapter.Parameters[a]), Numbers.Of(other.Parameters[a]));
            var numbers = Numbers.Of(adapter.Parameters[a]);
            if (config.InitLoraWeights == "true") Assert.All(numbers, number => Assert.InRange(Math.Abs(number), 0, 1 / Math.Sqrt(24) * (1 + 1e-6)));
            else Assert.InRange(Math.Sqrt(numbers.Average(number => number * number)), 0.7 / 8, 1.3 / 8); // deviation 1/r
            using (no_grad()) adapter.Parameters[adapter.Plan.Targets[0].B].add_(1e-3);
            Assert.True(adapter.HasEffect());
        }
    }

    [Fact]
    public void Every_way_of_having_an_effect_is_seen()
    {
        var architecture = TinyModels.Config("qwen2");
        using var @base = DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float32);
        foreach (var (config, name) in ((LoraConfig, string)[])[
            (new() { TargetModules = ModuleSelector.Of("q_proj"), LoraBias = true }, "base_model.model.model.layers.1.self_attn.q_proj.lora_B.bias"),
            (new() { TargetModules = ModuleSelector.Of("q_proj"), UseDora = true }, "base_model.model.model.layers.1.self_attn.q_proj.lora_magnitude_vector"),
            (new() { TargetModules = ModuleSelector.Of("q_proj"), ModulesToSave = ["lm_head"] }, "base_model.model.lm_head.weight"),
            (new() { TargetModules = ModuleSelector.Of("q_proj"), Bias = LoraBias.LoraOnly }, "base_model.model.model.layers.1.self_attn.q_proj.base_layer.bias")])
        {
            using var adapter = Adapter.Create(config, @base, architecture, seed: 3);
            Assert.False(adapter.HasEffect());
            using (no_grad()) adapter.Parameters[name].select(0, 0).add_(1e-3);
            Assert.True(adapter.HasEffect(), name);
        }
    }
}
