namespace SafetyGate.Core.Runs;

/// <summary>A training run failed; the message has the step and the cause. Exit code 75.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>With what happened and what to do.</summary>
    public TrainingFailedException(string message) : base(message) { }

    /// <summary>With what happened, what to do, and the cause.</summary>
    public TrainingFailedException(string message, Exception innerException) : base(message, innerException) { }
}
