namespace SafetyGate.Models.Engine;

/// <summary>Records the operators of a step once, so that the device repeats them without a call for each.</summary>
internal interface IStepRecorder
{
    /// <summary>
    /// Makes the calling thread's operators go where recording is possible, until the result is disposed. Waits for the device at both
    /// ends. What lives longer than a step is made before: memory that a step frees there may be written to by its repetitions.
    /// </summary>
    IDisposable Enter();

    /// <summary>Records a step without running it. The step has run at least once since <see cref="Enter"/>.</summary>
    /// <param name="step">Issues operators on tensors that stay where they are; reads nothing from the host and gives it nothing.</param>
    /// <returns>The recorded step; the caller disposes it before the tensors it refers to.</returns>
    /// <exception cref="StepRecordingException">The step cannot be recorded; the device is as before.</exception>
    IRecordedStep Record(Action step);
}
