using System.Runtime.CompilerServices;
using FluentAssertions.Common;

namespace Xunit.Sdk;

/// <summary>A failed assertion: xunit shows the message as a failure, with the line of the spec and no more.</summary>
/// <remarks>In xunit's namespace because xunit puts the type's name before the message of every exception from elsewhere.</remarks>
/// <param name="message">The failure and the remedy.</param>
public sealed class GateFailureException(string message) : XunitException(message)
{
    private static readonly string[] Inner = [" at FluentAssertions.", " at SafetyGate.Harness.Xunit.", " at Xunit.Assert."];

    /// <summary>The stack without the frames of the assertion itself.</summary>
    public override string? StackTrace => base.StackTrace is { } stack
        ? string.Join(Environment.NewLine,
            stack.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => !Inner.Any(i => l.Contains(i, StringComparison.Ordinal))))
        : null;

    // FluentAssertions 6 knows xunit 2 only, and would throw another exception, which xunit 3 shows as an error.
#pragma warning disable CA2255 // the hook must be in place before the first assertion of any test that refers to this library
    [ModuleInitializer]
    internal static void Hook() => Services.ThrowException = message => throw new GateFailureException(message);
#pragma warning restore CA2255
}
