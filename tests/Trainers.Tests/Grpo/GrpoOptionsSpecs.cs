using SafetyGate.Core;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Optimization;

namespace SafetyGate.Trainers.Tests.Grpo;

public sealed class GrpoOptionsSpecs
{
    private static readonly GrpoOptions Sound = GrpoOptions.For(GrpoMode.Rlvr, 10, 1e-4, 1);

    [Fact]
    public void Every_mode_is_sound_and_only_those_with_the_kl_in_the_reward_conform()
    {
        var conforming = new List<GrpoMode>();
        foreach (var mode in Enum.GetValues<GrpoMode>())
        {
            var options = GrpoOptions.For(mode, 10, 1e-4, 1);
            Assert.Empty(options.Problems());
            if (!options.NonConformities().Any()) conforming.Add(mode);
        }

        Assert.Equal([GrpoMode.Rlvr, GrpoMode.Rloo, GrpoMode.Reinforce], conforming);
    }

    public static TheoryData<string, GrpoOptions> Biased() => new()
    {
        { "beta is 0", Sound with { Beta = 0 } },
        { "k3 in the loss", Sound with { KlPlacement = KlPlacement.Loss } },
        { "standard deviation", Sound with { ScaleRewards = RewardScale.Group } },
        { "standard deviation", Sound with { NormalizeAdvantages = true } },
        { "dapo", Sound with { LossType = GrpoLossType.Dapo } },
        { "used 2 times", Sound with { NumIterations = 2 } },
        { "temperature is 0.9", Sound with { Temperature = 0.9 } },
        { "Truncated", Sound with { MaskTruncatedCompletions = true } },
        { "left out", Sound with { TopEntropyQuantile = 0.5 } },
        { "entropy bonus", Sound with { EntropyCoefficient = 0.01 } },
        { "replaced", Sound with { DynamicSamplingRounds = 1 } },
        { "entropy bonus", Sound with { UseAdaptiveEntropy = true } },
        { "drawn by top_k", Sound with { TopP = 0.9 } },
        { "drawn by top_k", Sound with { RepetitionPenalty = 1.1 } },
        { "clipped", Sound with { RewardClip = new(0, 0.5) } },
        { "scaled by difficulty", Sound with { DifficultyScaling = new() } },
        { "Weight decay", Sound with { Optimizer = new() { WeightDecay = 0.1 } } },
    };

    [Theory, MemberData(nameof(Biased))]
    public void Whatever_moves_the_fixed_point_is_named(string why, GrpoOptions options) =>
        Assert.Contains(why, string.Join(' ', options.NonConformities()), StringComparison.Ordinal);

    public static TheoryData<string, GrpoOptions> Mistaken() => new()
    {
        { "max_steps is 0", Sound with { MaxSteps = 0 } },
        { "alpha_min is 2", Sound with { DifficultyScaling = new DifficultyScaling { Least = 2, Most = 1 } } },
        { "alpha_min is NaN", Sound with { DifficultyScaling = new DifficultyScaling { Least = double.NaN } } },
        { "tau is -1", Sound with { DifficultyScaling = new DifficultyScaling { Tau = -1 } } },
        { "learning_rate is NaN", Sound with { LearningRate = double.NaN } },
        { "num_generations is 1", Sound with { NumGenerations = 1 } },
        { "beta is -1", Sound with { Beta = -1 } },
        { "beta is NaN", Sound with { Beta = double.NaN } },
        { "temperature is 0", Sound with { Temperature = 0 } },
        { "delta is 0", Sound with { Delta = 0 } },
        { "delta is NaN", Sound with { Delta = double.NaN } },
        { "epsilon_high is the cap of the ratio in cispo and must be given; mode cispo takes 5 (TRL takes epsilon, 0.2, where it is not given).", Sound with { LossType = GrpoLossType.Cispo } },
        { "rloo takes the KL in the reward", Sound with { LossType = GrpoLossType.Rloo, KlPlacement = KlPlacement.Loss } },
        { "no meaning for gmpo", Sound with { LossType = GrpoLossType.Gmpo, ImportanceSamplingLevel = ImportanceLevel.Sequence } },
        { "gmpo has no off-policy mask", Sound with { LossType = GrpoLossType.Gmpo, OffPolicyMaskThreshold = 0.5 } },
        { "rloo has no entropy mask", Sound with { LossType = GrpoLossType.Rloo, TopEntropyQuantile = 0.5 } },
        { "off_policy_mask_threshold is -1", Sound with { OffPolicyMaskThreshold = -1 } },
        { "importance_sampling_level is sequence_token, which goes with", Sound with { LossType = GrpoLossType.Sapo, ImportanceSamplingLevel = ImportanceLevel.SequenceToken } },
        { "importance_sampling_level is sequence_token, which goes with", GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { UseBiasCorrectionKl = true, ImportanceSamplingLevel = ImportanceLevel.SequenceToken } },
        { "once only", Sound with { LossType = GrpoLossType.Reinforce, NumIterations = 2 } },
        { "normalize_then_sum", Sound with { Aggregation = RewardAggregation.NormalizeThenSum } },
        { "top_entropy_quantile is -0.1", Sound with { TopEntropyQuantile = -0.1 } },
        { "reward_clip_range is [1, 0]", Sound with { RewardClip = new(1, 0) } },
        { "epsilon is 1", Sound with { Epsilon = 1 } },
        { "top_p is 2", Sound with { TopP = 2 } },
        { "top_k is -1", Sound with { TopK = -1 } },
        { "entropy_coef_min is 2 and entropy_coef_max 1", Sound with { EntropyCoefMin = 2 } },
        { "entropy_coef_delta is 0", Sound with { EntropyCoefDelta = 0 } },
        { "entropy_target is NaN", Sound with { EntropyTarget = double.NaN } },
        { "vespo_k_neg is -1", Sound with { VespoKNegative = -1 } },
    };

    [Theory, MemberData(nameof(Mistaken))]
    public void What_is_wrong_or_not_supported_is_refused_by_name(string message, GrpoOptions options) =>
        Assert.Contains(message, string.Join(' ', options.Problems()), StringComparison.Ordinal);

    public static TheoryData<string, GrpoOptions> Unheard() => new()
    {
        { "sapo_temperature_pos", Sound with { SapoTemperaturePositive = 2 } },
        { "vespo_…", Sound with { VespoKPositive = 1 } },
        { "loss_divisor", GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { LossDivisor = 3 } },
        { "epsilon_high", GrpoOptions.For(GrpoMode.Sapo, 1, 1, 1) with { EpsilonHigh = 0.3 } },
        { "epsilon ", GrpoOptions.For(GrpoMode.Cispo, 1, 1, 1) with { Epsilon = 0.3 } },
        { "epsilon_high is 0.28, in cispo the cap", GrpoOptions.For(GrpoMode.Cispo, 1, 1, 1) with { EpsilonHigh = 0.28 } },
        { "scale_rewards", GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { Aggregation = RewardAggregation.NormalizeThenSum } },
        { "entropy_target", Sound with { EntropyTarget = 0.3 } },
        { "delta is given, but only a loss that clips ratios", Sound with { LossType = GrpoLossType.Sapo, Delta = 2 } },
        { "use_bias_correction_kl is given, but only the KL in the loss", Sound with { UseBiasCorrectionKl = true } },
        { "importance_sampling_level is given", GrpoOptions.For(GrpoMode.Vespo, 1, 1, 1) with { ImportanceSamplingLevel = ImportanceLevel.Sequence } },
        { "a response weighs by its length", GrpoOptions.For(GrpoMode.Dapo, 1, 1, 1) with { ImportanceSamplingLevel = ImportanceLevel.Sequence } },
        { "made for ratios of sequences", GrpoOptions.For(GrpoMode.Luspo, 1, 1, 1) with { ImportanceSamplingLevel = ImportanceLevel.Token } },
        { "given as epsilon, epsilon_high, delta, off_policy_mask_threshold changes nothing", Sound with { Epsilon = 0.1, EpsilonHigh = 0.3, Delta = 2, OffPolicyMaskThreshold = 0 } },
        { "given as sapo_temperature_… changes nothing", GrpoOptions.For(GrpoMode.Sapo, 1, 1, 1) with { SapoTemperaturePositive = 2 } },
        { "given as vespo_… changes nothing", GrpoOptions.For(GrpoMode.Vespo, 1, 1, 1) with { VespoKNegative = 1 } },
    };

    [Theory, MemberData(nameof(Unheard))]
    public void A_setting_that_nothing_reads_is_told(string key, GrpoOptions options)
    {
        Assert.Empty(options.Problems());
        Assert.Contains(key, Assert.Single(options.Unread()), StringComparison.Ordinal);
    }

    // Where a response is used twice, or the setting acts on a ratio of 1 too.
    [Fact]
    public void What_acts_is_not_told() => Assert.All(
        new[]
        {
            Sound with { Epsilon = 0.1, EpsilonHigh = 0.3, Delta = 2, OffPolicyMaskThreshold = 0, NumIterations = 2 }, Sound with { Delta = 0.9 },
            GrpoOptions.For(GrpoMode.Cispo, 1, 1, 1) with { EpsilonHigh = 1.5 }, GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { UseBiasCorrectionKl = true },
            GrpoOptions.For(GrpoMode.Vespo, 1, 1, 1) with { UseBiasCorrectionKl = true, Beta = 0.1, ImportanceSamplingLevel = ImportanceLevel.Sequence },
        },
        options => Assert.Empty(options.Problems().Concat(options.Unread())));

    [Fact]
    public void A_mode_reads_what_it_sets() =>
        Assert.All(Enum.GetValues<GrpoMode>(), mode => Assert.Empty(GrpoOptions.For(mode, 10, 1e-4, 1).Unread()));

    [Theory]
    [InlineData("[-0.5, 1]", null)]
    [InlineData("{\"most\": 1, \"least\": -0.5}", null)]
    [InlineData("[1]", "options.reward_clip_range: is [1]; it must be two numbers")]
    [InlineData("{\"least\": 0, \"moost\": 1}", "options.reward_clip_range: is {\"least\":0,\"moost\":1}; it must be two numbers")]
    [InlineData("[\"0\", 1]", "it must be two numbers")]
    [InlineData("[1, 0]", "the least must be below the most")]
    public void The_range_of_rewards_is_read_as_trls_and_by_name(string range, string? message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rl.json", Recipe.Replace("{\"least\": 0, \"most\": 1}", range, StringComparison.Ordinal));
        if (message is null) Assert.Equal(new RewardRange(-0.5, 1), ((GrpoRecipe)RecipeFile.Load(path)).Options.RewardClip);
        else Assert.Contains(message, Assert.Throws<UserErrorException>(() => RecipeFile.Load(path)).Message, StringComparison.Ordinal);
    }

    // A boolean is no name of a value elsewhere, and no value is near it.
    [Theory]
    [InlineData("\"scale_rewards\": true", RewardScale.Group)]
    [InlineData("\"scale_rewards\": false", RewardScale.None)]
    [InlineData("\"scale_rewards\": \"batch\"", RewardScale.Batch)]
    [InlineData("\"scale_rewards\": 1", null)]
    [InlineData("\"loss_type\": true", null)]
    public void Rewards_are_scaled_under_trls_names_and_by_yes_or_no(string option, RewardScale? scale)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rl.json", Recipe.Replace("\"seed\": 3", "\"seed\": 3, " + option, StringComparison.Ordinal));
        if (scale is { } read) Assert.Equal(read, ((GrpoRecipe)RecipeFile.Load(path)).Options.ScaleRewards);
        else Assert.DoesNotContain("Did you mean", Assert.Throws<UserErrorException>(() => RecipeFile.Load(path)).Message, StringComparison.Ordinal);
    }

    private const string Recipe = """
        {
          "kind": "grpo", "base": "model", "template": "chat", "data": {"path": "sums.jsonl", "limit": 100},
          "rewards": [{"name": "math"}, {"name": "math-answer", "weight": 0.5}],
          "options": {"mode": "dapo", "max_steps": 10, "learning_rate": 1e-4, "seed": 3, "num_generations": 4, "reward_clip_range": {"least": 0, "most": 1}, "lr_scheduler_type": "constant"},
          "compute": {"dtype": "float64"}
        }
        """;

    [Fact]
    public void A_recipe_is_read_and_its_mode_sets_what_is_not_given()
    {
        using var folder = new TemporaryFolder();
        var recipe = (GrpoRecipe)RecipeFile.Load(folder.Write("rl.json", Recipe));
        Assert.Equal(("rl", Path.Combine(folder.Path, "model"), 3UL), (recipe.Name, recipe.Base, recipe.Seed));
        Assert.Equal((GrpoLossType.Dapo, 0.28, true, 4, 100), (recipe.Options.LossType, recipe.Options.EpsilonHigh!.Value, recipe.Options.MaskTruncatedCompletions, recipe.Options.NumGenerations, recipe.Data.Limit!.Value));
        Assert.Equal((new RewardRange(0, 1), ScheduleKind.Constant), (recipe.Options.RewardClip, recipe.Options.Schedule.Kind));
        Assert.Equal(recipe.Options, GrpoOptions.For(GrpoMode.Dapo, 10, 1e-4, 3) with { NumGenerations = 4, RewardClip = new(0, 1), Schedule = new() { Kind = ScheduleKind.Constant } });
        Assert.Equal([1, 0.5], recipe.Rewards.Select(reward => reward.Weight));
    }

    [Theory]
    [InlineData("\"dapo\"", "\"dappo\"", "options.mode: is the string 'dappo'")]
    [InlineData("\"num_generations\"", "\"num_generation\"", "did you mean 'num_generations'?")]
    [InlineData("\"math\"", "\"maths\"", "rewards[0].name: is 'maths'. There is no reward \"maths\". Did you mean \"math\"?")]
    [InlineData("{\"name\": \"math\"}, ", "{\"weight\": 1}, ", "rewards[0]: lacks the key 'name'")]
    [InlineData("\"weight\"", "\"wieght\"", "did you mean 'weight'?")]
    [InlineData("\"max_steps\": 10", "\"max_steps\": 0", "max_steps is 0")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"klWeight\": 0.1", "options.klWeight: is not a known key; it is called 'beta' now.")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"reward_weights\": [1, 2]", "options.reward_weights: is not a known key; it is called 'weight' of each of the recipe's 'rewards', now.")]
    [InlineData("\"limit\": 100", "\"limit\": 0", "the limit is 0")]
    [InlineData("\"grpo\"", "\"gpro\"", "Did you mean 'grpo'?")]
    [InlineData("\"template\": \"chat\",", "", "lacks the key 'template', one of chat, plain.")]
    public void A_mistake_in_a_recipe_is_told_with_what_is_allowed(string sound, string mistaken, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rl.json", Recipe.Replace(sound, mistaken, StringComparison.Ordinal));
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => SafetyGate.Trainers.RecipeFile.Load(path)).Message, StringComparison.Ordinal);
    }
}
