using SafetyGate.Core.Unicode;

namespace SafetyGate.Core.Runs;

/// <summary>A training run failed; the message has the step and the cause. Exit code 75.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>Creates the exception with the cause and the remedy.</summary>
    public TrainingFailedException(string message) : base(TerminalText.Message(message)) { }

    /// <summary>Creates the exception with a message and the inner cause.</summary>
    public TrainingFailedException(string message, Exception innerException) : base(TerminalText.Message(message), innerException) { }
}
