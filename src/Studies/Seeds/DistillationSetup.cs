using SafetyGate.Pocket;
using SafetyGate.Studies.Distillation;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;
using SafetyGate.Verifiers;

namespace SafetyGate.Studies.Seeds;

/// <summary>Distillation on the embedded world.</summary>
internal static class DistillationSetup
{
    /// <summary>The settings of a seed; the teachers are given apart.</summary>
    public static DistillSpec Spec(SeedStudyContext context, ulong seed)
    {
        BuiltIn.Register();
        return new()
        {
            Student = context.Paths.Base,
            Teachers = [],
            Questions = context.Paths.DataFile("sums.train.own-style.jsonl"),
            Selection = context.Paths.DataFile("sums.selection.jsonl"),
            InDomain = context.Paths.DataFile("sums.test.jsonl"),
            OutOfDomain = context.Paths.DataFile("order.test.jsonl"),
            Safety = context.Paths.DataFile("harmful.prefix.jsonl"),
            Longest = 30, // a worked answer has 26 tokens at most
            MaxNewTokens = PocketSuites.ProblemTokens,
            Options = new SftOptions
            {
                MaxSteps = context.Quick ? 10 : 30,
                LearningRate = 3e-4,
                Seed = seed,
                PerDeviceTrainBatchSize = 32,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 4 },
                Optimizer = new OptimizerOptions { Beta2 = 0.99 },
            },
        };
    }
}
