using SafetyGate.Core.Runs;
using SafetyGate.Studies.Arms;

namespace SafetyGate.Studies.Demo;

/// <summary>Watches a demonstration run by run.</summary>
public interface IDemoProgress
{
    /// <summary>A run begins.</summary>
    /// <param name="run">Which.</param>
    /// <param name="answers">Prompts that will be answered after its training, if none is in the store.</param>
    /// <returns>Receives reports of its training and its answers.</returns>
    IProgress<RunProgress> Begin(PocketDemoRun run, int answers);

    /// <summary>It is measured.</summary>
    void End(PocketDemoRun run, PocketArm arm);
}
