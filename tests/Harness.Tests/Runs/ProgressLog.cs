using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>Keeps what was reported.</summary>
internal sealed class ProgressLog(Action<RunProgress>? also = null) : IProgress<RunProgress>
{
    private readonly List<RunProgress> _all = [];

    public IReadOnlyList<RunProgress> All
    {
        get
        {
            lock (_all) return [.. _all];
        }
    }

    public void Report(RunProgress value)
    {
        lock (_all) _all.Add(value);
        also?.Invoke(value);
    }
}
