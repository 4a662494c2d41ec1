using SafetyGate.Core.Runs;

namespace SafetyGate.Trainers.Tests;

/// <summary>Told of a run's progress, on the thread that trains.</summary>
internal sealed class Told(Action<RunProgress> tell) : IProgress<RunProgress>
{
    public void Report(RunProgress value) => tell(value);
}
