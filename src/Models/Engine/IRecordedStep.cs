namespace SafetyGate.Models.Engine;

/// <summary>Operators that were recorded.</summary>
internal interface IRecordedStep : IDisposable
{
    /// <summary>Runs them on the tensors they were recorded with.</summary>
    /// <exception cref="StepRecordingException">The device refuses them.</exception>
    void Run();
}
