namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The start of a test program, as a fixture of its assembly, which xunit makes before any other; the package's build adds it. The verdicts of
/// an earlier run no longer hold from then on, even if no fixture of specs can be made.
/// </summary>
public sealed class StartedRun
{
    /// <summary>Begins the run.</summary>
    public StartedRun() => SpecSession.Begin();
}
