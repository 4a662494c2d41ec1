using System.Text.Json.Nodes;
using SafetyGate.Trainers.Runs;

namespace SafetyGate.Trainers.Optimization;

/// <summary>The JSON form of optimizers and schedules: transformers' and torch's names.</summary>
internal static class OptimizationJson
{
    /// <summary>Reads a schedule; unknown keys are refused.</summary>
    public static LearningRateSchedule ReadSchedule(JsonFields fields)
    {
        var schedule = new LearningRateSchedule
        {
            Kind = fields.Choice<ScheduleKind>("kind") ?? ScheduleKind.Linear,
            WarmupSteps = fields.Whole("warmup_steps") ?? 0,
            Cycles = fields.Number("num_cycles"),
            EndRate = fields.Number("lr_end"),
            Power = fields.Number("power"),
            MinRate = fields.Number("min_lr"),
            // transformers says rate for the cosines and ratio for warmup_stable_decay; both mean a share of the full rate.
            MinRatio = fields.Number("min_lr_rate") ?? fields.Number("min_lr_ratio"),
            WarmupStartRatio = fields.Number("warmup_lr_rate"),
            Timescale = fields.Whole("timescale"),
            StableSteps = fields.Whole("num_stable_steps"),
            DecaySteps = fields.Whole("num_decay_steps"),
            WarmupShape = fields.Choice<ScheduleShape>("warmup_type"),
            DecayShape = fields.Choice<ScheduleShape>("decay_type"),
        };
        _ = fields.Number("min_lr_ratio");
        fields.RefuseOthers();
        return schedule;
    }

    /// <summary>Reads an optimizer; unknown keys are refused.</summary>
    public static OptimizerOptions ReadOptimizer(JsonFields fields)
    {
        var defaults = new OptimizerOptions();
        var optimizer = new OptimizerOptions
        {
            Kind = fields.Choice<OptimizerKind>("kind") ?? defaults.Kind,
            Beta1 = fields.Number("beta1") ?? defaults.Beta1,
            Beta2 = fields.Number("beta2") ?? defaults.Beta2,
            Epsilon = fields.Number("eps") ?? defaults.Epsilon,
            WeightDecay = fields.Number("weight_decay") ?? defaults.WeightDecay,
            Momentum = fields.Number("momentum") ?? defaults.Momentum,
            Dampening = fields.Number("dampening") ?? defaults.Dampening,
            Nesterov = fields.Flag("nesterov") ?? defaults.Nesterov,
        };
        fields.RefuseOthers();
        return optimizer;
    }

    /// <summary>All of a schedule; absent settings are null.</summary>
    public static JsonObject Write(LearningRateSchedule schedule) => new()
    {
        ["kind"] = EnumNames.Of(schedule.Kind),
        ["warmup_steps"] = schedule.WarmupSteps,
        ["num_cycles"] = schedule.Cycles,
        ["lr_end"] = schedule.EndRate,
        ["power"] = schedule.Power,
        ["min_lr"] = schedule.MinRate,
        ["min_lr_rate"] = schedule.MinRatio,
        ["warmup_lr_rate"] = schedule.WarmupStartRatio,
        ["timescale"] = schedule.Timescale,
        ["num_stable_steps"] = schedule.StableSteps,
        ["num_decay_steps"] = schedule.DecaySteps,
        ["warmup_type"] = schedule.WarmupShape is { } warmup ? EnumNames.Of(warmup) : null,
        ["decay_type"] = schedule.DecayShape is { } decay ? EnumNames.Of(decay) : null,
    };

    /// <summary>All of an optimizer.</summary>
    public static JsonObject Write(OptimizerOptions optimizer) => new()
    {
        ["kind"] = EnumNames.Of(optimizer.Kind),
        ["beta1"] = optimizer.Beta1,
        ["beta2"] = optimizer.Beta2,
        ["eps"] = optimizer.Epsilon,
        ["weight_decay"] = optimizer.WeightDecay,
        ["momentum"] = optimizer.Momentum,
        ["dampening"] = optimizer.Dampening,
        ["nesterov"] = optimizer.Nesterov,
    };
}
