using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Memory;
using SafetyGate.Trainers.Sft;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Memory;

public sealed class MemoryPlanSpecs
{
    private const long Gib = 1L << 30;
    private static readonly SftOptions Options = new() { MaxSteps = 1, LearningRate = 1, Seed = 0, PerDeviceTrainBatchSize = 64 };
    private static readonly RunShape Shape = new() { Rows = 64, RowTokens = 1024, RowTargets = 512 };
    private static readonly MemorySetup Setup = new() { Dtype = ScalarType.Float32 };

    // 24 layers of 896 features, a vocabulary of 152k: Qwen2.5-0.5B's shape, 494 million parameters.
    private static readonly DecoderConfig Config = DecoderConfig.ParseText("""
        {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "vocab_size": 151936, "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
         "num_attention_heads": 14, "num_key_value_heads": 2, "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "hidden_act": "silu",
         "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2, "use_sliding_window": false, "sliding_window": 32768, "max_window_layers": 21}
        """, "config.json");

    [Fact]
    public void Weights_gradients_and_moments_are_four_numbers_for_each_parameter()
    {
        var need = new MemoryEstimate(Config, Shape, Setup).Of(1, recompute: true);
        Assert.Equal(494_032_768L * 4, need.Parts[MemoryPart.Weights]);
        Assert.Equal(need.Parts[MemoryPart.Weights], need.Parts[MemoryPart.Gradients]);
        Assert.Equal(2 * need.Parts[MemoryPart.Weights], need.Parts[MemoryPart.Moments]);
        Assert.Equal(0, need.Parts[MemoryPart.Masters]);
        var narrow = new MemoryEstimate(Config, Shape, Setup with { Dtype = ScalarType.BFloat16 }).Of(1, recompute: true);
        Assert.Equal(494_032_768L * 2, narrow.Parts[MemoryPart.Weights]);
        Assert.Equal(494_032_768L * 4, narrow.Parts[MemoryPart.Masters]);
        Assert.Equal(494_032_768L * 8, narrow.Parts[MemoryPart.Moments]);
        var pure = new MemoryEstimate(Config, Shape, Setup with { Dtype = ScalarType.BFloat16, MasterWeights = false }).Of(1, recompute: true);
        Assert.Equal(494_032_768L * 2 * 4, pure.Parts[MemoryPart.Weights] + pure.Parts[MemoryPart.Gradients] + pure.Parts[MemoryPart.Moments]);
    }

    [Fact]
    public void No_table_of_all_distributions_is_in_it()
    {
        var whole = 64L * 512 * Config.VocabularySize * 4;
        Assert.True(new MemoryEstimate(Config, Shape, Setup).Of(64, recompute: false).Parts[MemoryPart.Logits] < whole / 20);
    }

    [Fact]
    public void On_a_gpu_activations_grow_with_the_tokens_and_not_with_their_square()
    {
        var narrow = Setup with { Dtype = ScalarType.BFloat16 };
        var twice = Shape with { RowTokens = 2048, RowTargets = 1024 };
        Assert.Equal(2 * Activations(narrow with { IsGpu = true }, Shape), Activations(narrow with { IsGpu = true }, twice));
        Assert.True(Activations(narrow, twice) > 2.2 * Activations(narrow, Shape)); // the scores
        Assert.True(Activations(narrow with { IsGpu = true }, Shape) < 0.6 * Activations(narrow, Shape));

        // Masks of packed rows are of a pass: 8 rows of 64 tokens see 64 and 64 more; 7 query heads share a key head.
        var packed = new RunShape { Rows = 8, RowTokens = 64, RowTargets = 64, SharedTokens = 64, RowsSharing = 4 };
        var long64 = packed with { SharedTokens = 128 };
        var tokens = long64.Tokens(8) - packed.Tokens(8); // of the prompts
        Assert.True(Activations(narrow with { IsGpu = true }, long64) - Activations(narrow with { IsGpu = true }, packed) > 7L * 8 * 64 * 64 * 2 + (tokens * 896 * 2 * 24));

        static long Activations(MemorySetup setup, RunShape shape) =>
            new MemoryEstimate(Config, shape, setup).Of(shape.Rows, recompute: false).Parts[MemoryPart.Activations];
    }

    [Theory]
    [InlineData(4000, null, false)] // everything fits
    [InlineData(150, 32 * 1024, false)] // smaller passes do
    [InlineData(20, 2 * 1024, false)]
    public void A_run_is_divided_as_little_as_fits(int gib, int? tokens, bool recompute)
    {
        var plan = MemoryPlan.Choose(new MemoryEstimate(Config, Shape, Setup), Shape, Options, gib * Gib, "cpu");
        Assert.NotNull(plan);
        Assert.True(plan.Need.Total <= 0.9 * gib * Gib, plan.Words);
        Assert.Equal((tokens, recompute), (plan.Passes.TokensAtOnce, plan.Passes.RecomputeLayers));
    }

    [Fact]
    public void Where_passes_would_fall_below_two_thousand_tokens_layers_are_computed_twice_instead()
    {
        var plan = MemoryPlan.Choose(new MemoryEstimate(Config, Shape, Setup), Shape, Options, 14 * Gib, "cpu");
        Assert.True(plan!.Passes.RecomputeLayers, plan.Words);
        Assert.True(plan.Passes.TokensAtOnce >= 4096, plan.Words);
        Assert.True(plan.Fits);
    }

    [Fact]
    public void Nothing_is_divided_where_the_system_does_not_tell() =>
        Assert.Equal(new PassPlan(), MemoryPlan.Choose(new MemoryEstimate(Config, Shape, Setup), Shape, Options, null, "cpu")!.Passes);

    [Fact]
    public void What_the_recipe_fixes_is_kept_or_refused()
    {
        var estimate = new MemoryEstimate(Config, Shape, Setup);
        Assert.Equal(new PassPlan(3000, true), MemoryPlan.Choose(estimate, Shape, Options with { MicroBatchTokens = 3000, GradientCheckpointing = true }, 4000 * Gib, "cpu")!.Passes);
        Assert.Null(MemoryPlan.Choose(estimate, Shape, Options with { MicroBatchTokens = 65536, GradientCheckpointing = false }, 50 * Gib, "cpu"));
        Assert.Null(MemoryPlan.Choose(estimate, Shape with { IsDivisible = false }, Options with { GradientCheckpointing = false }, 50 * Gib, "cpu"));
    }

    [Fact]
    public void A_run_that_does_not_fit_is_refused_with_its_parts_and_what_would_fit()
    {
        using var folder = new TemporaryFolder();
        var check = new MemoryCheck("large", Config, Shape, Options with { MicroBatchTokens = 65536, GradientCheckpointing = false }, Setup, 16 * Gib, "cpu");
        var error = Assert.Throws<UserErrorException>(() => check.Run(folder.Path, new Ignored()));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        foreach (var part in new[] { "Recipe 'large' needs", "16.00 GiB are free on cpu", "activations", "optimizer moments 3.68 GiB", "weights 1.84 GiB", "gradients 1.84 GiB", "Nothing was loaded", "What would fit: micro_batch_tokens left out (", "compute.dtype bfloat16 (" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Where_nothing_helps_the_message_says_so()
    {
        using var folder = new TemporaryFolder();
        var message = Assert.Throws<UserErrorException>(() => new MemoryCheck("large", Config, Shape, Options, Setup, Gib, "cpu").Run(folder.Path, new Ignored())).Message;
        Assert.Contains("No setting makes it fit; the least it can do with is", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_keeps_the_division_of_its_first_attempt()
    {
        using var folder = new TemporaryFolder();
        var told = new Ignored();
        var first = new MemoryCheck("run", Config, Shape, Options, Setup, 20 * Gib, "cpu").Run(folder.Path, told);
        Assert.Equal(new PassPlan(2 * 1024), first.Passes);
        Assert.Contains("needs", told.Last!.Detail, StringComparison.Ordinal);
        Assert.Contains("20.00 GiB free on cpu", told.Last.Detail, StringComparison.Ordinal);
        Assert.Equal(first.Passes, new MemoryCheck("run", Config, Shape, Options, Setup, 4000 * Gib, "cpu").Run(folder.Path, told).Passes);
        File.WriteAllText(Path.Combine(folder.Path, MemoryPlan.FileName), "{\"micro");
        Assert.Equal(new PassPlan(), new MemoryCheck("run", Config, Shape, Options, Setup, 4000 * Gib, "cpu").Run(folder.Path, told).Passes);
    }

    [Theory]
    [InlineData(null, 3, new[] { 3, 3, 1 })]
    [InlineData(10, 7, new[] { 2, 3, 2 })] // rows of 4, 5, 3, 3, 3, 8, 1 tokens
    [InlineData(1, 7, new[] { 1, 1, 1, 1, 1, 1, 1 })]
    public void Rows_are_divided_by_count_and_by_tokens(int? tokens, int rows, int[] passes)
    {
        int[] lengths = [4, 5, 3, 3, 3, 8, 1];
        var divided = new PassPlan(tokens).Divide(lengths, rows, pass => pass.Sum());
        Assert.Equal(passes, divided.Select(pass => pass.Count));
        Assert.Equal(lengths, divided.SelectMany(pass => pass));
    }

    private sealed class Ignored : IProgress<RunProgress>
    {
        public RunProgress? Last { get; private set; }

        public void Report(RunProgress value) => Last = value;
    }
}
