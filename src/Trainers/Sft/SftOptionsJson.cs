using System.Text.Json.Nodes;
using SafetyGate.Trainers.Batches;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Sft;

/// <summary>The JSON form of <see cref="SftOptions"/>: names as TRL and transformers have them, in snake case.</summary>
internal static class SftOptionsJson
{
    /// <summary>Reads options.</summary>
    /// <param name="fields">The object; its unknown keys are refused.</param>
    /// <param name="target">The target accuracy, which stands elsewhere.</param>
    public static SftOptions Read(JsonFields fields, TargetAccuracy? target)
    {
        var defaults = new SftOptions { Steps = 1, LearningRate = 1, Seed = 0 };
        var options = new SftOptions
        {
            Steps = fields.RequiredWhole("steps"),
            LearningRate = fields.RequiredNumber("learning_rate"),
            Seed = fields.RequiredSeed("seed"),
            BatchSize = fields.Whole("batch_size") ?? defaults.BatchSize,
            GradientAccumulationSteps = fields.Whole("gradient_accumulation_steps") ?? defaults.GradientAccumulationSteps,
            Schedule = fields.Child("schedule") is { } schedule ? OptimizationJson.ReadSchedule(schedule) : defaults.Schedule,
            Optimizer = fields.Child("optimizer") is { } optimizer ? OptimizationJson.ReadOptimizer(optimizer) : defaults.Optimizer,
            // 0 turns clipping off, as it does in transformers.
            MaxGradientNorm = fields.Number("max_grad_norm") switch { null => defaults.MaxGradientNorm, 0 => null, var norm => norm },
            Targets = fields.Choice<TargetTokens>("targets") ?? defaults.Targets,
            Objective = fields.Choice<SftObjective>("loss") ?? defaults.Objective,
            LabelSmoothing = fields.Number("label_smoothing") ?? defaults.LabelSmoothing,
            Packing = fields.Choice<PackingStrategy>("packing") ?? defaults.Packing,
            MaxLength = fields.Whole("max_length"),
            Shuffle = fields.Flag("shuffle") ?? defaults.Shuffle,
            Target = target,
            SaveEverySteps = fields.Whole("save_steps") ?? defaults.SaveEverySteps,
        };
        fields.RefuseOthers();
        return options;
    }

    /// <summary>All that decides weights; how often the state is saved does not.</summary>
    public static JsonObject Write(SftOptions options) => new()
    {
        ["steps"] = options.Steps,
        ["learning_rate"] = options.LearningRate,
        ["seed"] = options.Seed,
        ["batch_size"] = options.BatchSize,
        ["gradient_accumulation_steps"] = options.GradientAccumulationSteps,
        ["schedule"] = OptimizationJson.Write(options.Schedule),
        ["optimizer"] = OptimizationJson.Write(options.Optimizer),
        ["max_grad_norm"] = options.MaxGradientNorm ?? 0,
        ["targets"] = EnumNames.Of(options.Targets),
        ["loss"] = EnumNames.Of(options.Objective),
        ["label_smoothing"] = options.LabelSmoothing,
        ["packing"] = EnumNames.Of(options.Packing),
        ["max_length"] = options.MaxLength,
        ["shuffle"] = options.Shuffle,
        ["target"] = options.Target is { } target
            ? new JsonObject { ["accuracy"] = target.Accuracy, ["every_steps"] = target.EverySteps, ["must_reach"] = target.MustReach }
            : null,
    };
}
