using SafetyGate.Core.Unicode;

namespace SafetyGate.Core;

/// <summary>
/// An error of the user, or in a file they supplied: one message that states what was read, which value, what
/// is allowed and what to do, and the exit code of <c>gate</c>. Names and values in it come from untrusted files: control characters and
/// CI commands among them are shown, not obeyed.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Bad input data (exit code 65) unless another code is given.</summary>
    public UserErrorException(string message, int exitCode = GateExitCode.BadInput) : base(TerminalText.Message(message)) => ExitCode = exitCode;

    /// <summary>Bad input data (exit code 65) unless another code is given, with the cause.</summary>
    public UserErrorException(string message, Exception innerException, int exitCode = GateExitCode.BadInput) : base(
        TerminalText.Message(message), innerException) =>
        ExitCode = exitCode;

    /// <summary>Exit code of <c>gate</c>.</summary>
    public int ExitCode { get; }
}
