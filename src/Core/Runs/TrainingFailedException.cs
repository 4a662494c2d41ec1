namespace SafetyGate.Core.Runs;

/// <summary>A training run failed; the message has the step and the cause. Exit code 75.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>Creates the exception with the cause and the remedy.</summary>
    public TrainingFailedException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and the inner cause.</summary>
    public TrainingFailedException(string message, Exception innerException) : base(message, innerException) { }
}
