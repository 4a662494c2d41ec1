using System.Text.Json.Nodes;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Grpo;

/// <summary>The JSON form of <see cref="GrpoOptions"/>: TRL's names in snake case; <c>mode</c> sets what is not given.</summary>
internal static class GrpoOptionsJson
{
    /// <summary>Reads options.</summary>
    /// <param name="fields">The object; its unknown keys are refused.</param>
    /// <param name="target">The target accuracy, which stands elsewhere.</param>
    public static GrpoOptions Read(JsonFields fields, TargetAccuracy? target)
    {
        var defaults = GrpoOptions.For(fields.Choice<GrpoMode>("mode") ?? GrpoMode.Rlvr, fields.RequiredWhole("steps"), fields.RequiredNumber("learning_rate"), fields.RequiredSeed("seed"));
        var clip = fields.Child("reward_clip_range");
        var options = defaults with
        {
            PromptsPerStep = fields.Whole("prompts_per_step") ?? defaults.PromptsPerStep,
            NumGenerations = fields.Whole("num_generations") ?? defaults.NumGenerations,
            MaxCompletionLength = fields.Whole("max_completion_length") ?? defaults.MaxCompletionLength,
            Temperature = fields.Number("temperature") ?? defaults.Temperature,
            MicroBatchRows = fields.Whole("micro_batch_rows"),
            NumIterations = fields.Whole("num_iterations") ?? defaults.NumIterations,
            LossType = fields.Choice<GrpoLossType>("loss_type") ?? defaults.LossType,
            ImportanceSamplingLevel = fields.Choice<ImportanceLevel>("importance_sampling_level") ?? defaults.ImportanceSamplingLevel,
            Beta = fields.Number("beta") ?? defaults.Beta,
            KlPlacement = fields.Choice<KlPlacement>("kl_placement") ?? defaults.KlPlacement,
            UseBiasCorrectionKl = fields.Flag("use_bias_correction_kl") ?? defaults.UseBiasCorrectionKl,
            Epsilon = fields.Number("epsilon") ?? defaults.Epsilon,
            EpsilonHigh = fields.Number("epsilon_high") ?? defaults.EpsilonHigh,
            Delta = fields.Number("delta") ?? defaults.Delta,
            ScaleRewards = fields.Choice<RewardScale>("scale_rewards") ?? defaults.ScaleRewards,
            Baseline = fields.Choice<RewardBaseline>("baseline") ?? defaults.Baseline,
            NormalizeAdvantages = fields.Flag("normalize_advantages") ?? defaults.NormalizeAdvantages,
            Aggregation = fields.Choice<RewardAggregation>("multi_objective_aggregation") ?? defaults.Aggregation,
            RewardClip = clip is null ? defaults.RewardClip : (clip.RequiredNumber("least"), clip.RequiredNumber("most")),
            TopEntropyQuantile = fields.Number("top_entropy_quantile") ?? defaults.TopEntropyQuantile,
            OffPolicyMaskThreshold = fields.Number("off_policy_mask_threshold") ?? defaults.OffPolicyMaskThreshold,
            EntropyCoefficient = fields.Number("entropy_coef") ?? defaults.EntropyCoefficient,
            MaskTruncatedCompletions = fields.Flag("mask_truncated_completions") ?? defaults.MaskTruncatedCompletions,
            DynamicSamplingRounds = fields.Whole("dynamic_sampling_rounds") ?? defaults.DynamicSamplingRounds,
            LossDivisor = fields.Number("loss_divisor") ?? defaults.LossDivisor,
            SapoTemperaturePositive = fields.Number("sapo_temperature_pos") ?? defaults.SapoTemperaturePositive,
            SapoTemperatureNegative = fields.Number("sapo_temperature_neg") ?? defaults.SapoTemperatureNegative,
            VespoKPositive = fields.Number("vespo_k_pos") ?? defaults.VespoKPositive,
            VespoLambdaPositive = fields.Number("vespo_lambda_pos") ?? defaults.VespoLambdaPositive,
            VespoKNegative = fields.Number("vespo_k_neg") ?? defaults.VespoKNegative,
            VespoLambdaNegative = fields.Number("vespo_lambda_neg") ?? defaults.VespoLambdaNegative,
            Schedule = fields.Child("schedule") is { } schedule ? OptimizationJson.ReadSchedule(schedule) : defaults.Schedule,
            Optimizer = fields.Child("optimizer") is { } optimizer ? OptimizationJson.ReadOptimizer(optimizer) : defaults.Optimizer,
            // 0 turns clipping off, as it does in transformers.
            MaxGradientNorm = fields.Number("max_grad_norm") switch { null => defaults.MaxGradientNorm, 0 => null, var norm => norm },
            Shuffle = fields.Flag("shuffle") ?? defaults.Shuffle,
            Target = target,
            SaveEverySteps = fields.Whole("save_steps") ?? defaults.SaveEverySteps,
        };
        clip?.RefuseOthers();
        fields.RefuseOthers();
        return options;
    }

    /// <summary>All that decides weights; how often the state is saved does not. The mode is spelt out.</summary>
    public static JsonObject Write(GrpoOptions options) => new()
    {
        ["steps"] = options.Steps,
        ["learning_rate"] = options.LearningRate,
        ["seed"] = options.Seed,
        ["prompts_per_step"] = options.PromptsPerStep,
        ["num_generations"] = options.NumGenerations,
        ["max_completion_length"] = options.MaxCompletionLength,
        ["temperature"] = options.Temperature,
        ["micro_batch_rows"] = options.MicroBatchRows,
        ["num_iterations"] = options.NumIterations,
        ["loss_type"] = EnumNames.Of(options.LossType),
        ["importance_sampling_level"] = EnumNames.Of(options.ImportanceSamplingLevel),
        ["beta"] = options.Beta,
        ["kl_placement"] = EnumNames.Of(options.KlPlacement),
        ["use_bias_correction_kl"] = options.UseBiasCorrectionKl,
        ["epsilon"] = options.Epsilon,
        ["epsilon_high"] = options.EpsilonHigh,
        ["delta"] = options.Delta,
        ["scale_rewards"] = EnumNames.Of(options.ScaleRewards),
        ["baseline"] = EnumNames.Of(options.Baseline),
        ["normalize_advantages"] = options.NormalizeAdvantages,
        ["multi_objective_aggregation"] = EnumNames.Of(options.Aggregation),
        ["reward_clip_range"] = options.RewardClip is { } clip ? new JsonObject { ["least"] = clip.Least, ["most"] = clip.Most } : null,
        ["top_entropy_quantile"] = options.TopEntropyQuantile,
        ["off_policy_mask_threshold"] = options.OffPolicyMaskThreshold,
        ["entropy_coef"] = options.EntropyCoefficient,
        ["mask_truncated_completions"] = options.MaskTruncatedCompletions,
        ["dynamic_sampling_rounds"] = options.DynamicSamplingRounds,
        ["loss_divisor"] = options.LossDivisor,
        ["sapo_temperature_pos"] = options.SapoTemperaturePositive,
        ["sapo_temperature_neg"] = options.SapoTemperatureNegative,
        ["vespo_k_pos"] = options.VespoKPositive,
        ["vespo_lambda_pos"] = options.VespoLambdaPositive,
        ["vespo_k_neg"] = options.VespoKNegative,
        ["vespo_lambda_neg"] = options.VespoLambdaNegative,
        ["schedule"] = OptimizationJson.Write(options.Schedule),
        ["optimizer"] = OptimizationJson.Write(options.Optimizer),
        ["max_grad_norm"] = options.MaxGradientNorm ?? 0,
        ["shuffle"] = options.Shuffle,
        ["target"] = options.Target is { } target
            ? new JsonObject { ["accuracy"] = target.Accuracy, ["every_steps"] = target.EverySteps, ["must_reach"] = target.MustReach }
            : null,
    };
}
