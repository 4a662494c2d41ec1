using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Pocket.Training;

/// <summary>Settings that all tunings of the embedded world share.</summary>
internal static class Common
{
    /// <summary>The baselines are of float32, whatever the device.</summary>
    public static ComputeOptions Single { get; } = new() { Dtype = "float32" };

    /// <summary>A constant rate after eight steps; without a warm-up the first steps move the model further than all others.</summary>
    public static LearningRateSchedule Schedule { get; } = new() { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 };

    /// <summary>AdamW whose second moments forget within a run of tens of steps.</summary>
    public static OptimizerOptions Optimizer { get; } = new() { Beta2 = 0.99 };

    /// <summary>Ends a run at the accuracy of its start.</summary>
    public static TargetAccuracy Target(PocketStart start, int everySteps, bool mustReach = false) =>
        new() { Accuracy = start.Accuracy, EverySteps = everySteps, MustReach = mustReach };
}
