namespace SafetyGate.Core;

/// <summary>
/// An error of the user, or in a file they supplied: one message that states what was read, which value, what
/// is allowed and what to do, and the exit code of <c>gate</c>.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Bad input data (exit code 65) unless another code is given.</summary>
    public UserErrorException(string message, int exitCode = GateExitCode.BadInput) : base(message) => ExitCode = exitCode;

    /// <summary>Bad input data (exit code 65) unless another code is given, with the cause.</summary>
    public UserErrorException(string message, Exception innerException, int exitCode = GateExitCode.BadInput) : base(message,
        innerException) =>
        ExitCode = exitCode;

    /// <summary>Exit code of <c>gate</c>.</summary>
    public int ExitCode { get; }
}
