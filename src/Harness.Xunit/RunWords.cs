using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>A run in the words of a message.</summary>
internal static class RunWords
{
    public static string Of(TrainedModel run) => Invariant($"{run.Record.Name}, seed {run.Record.Seed}, {run.Record.Steps} steps");
}
