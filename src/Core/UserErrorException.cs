namespace SafetyGate.Core;

/// <summary>
/// A mistake of the person who uses the product, or of a file they gave it: one message that says what was read, which value, what
/// is allowed and what to do, and the exit code of <c>gate</c>.
/// </summary>
public class UserErrorException : Exception
{
    /// <summary>Bad input data (exit code 65) unless said otherwise.</summary>
    public UserErrorException(string message, int exitCode = GateExitCode.BadInput) : base(message) => ExitCode = exitCode;

    /// <summary>Bad input data (exit code 65) unless said otherwise, with the cause.</summary>
    public UserErrorException(string message, Exception innerException, int exitCode = GateExitCode.BadInput) : base(message, innerException) => ExitCode = exitCode;

    /// <summary>What <c>gate</c> exits with.</summary>
    public int ExitCode { get; }
}
