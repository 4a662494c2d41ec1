namespace SafetyGate.Harness.Reports;

/// <summary>Source location of a spec.</summary>
/// <param name="File">Path of the source file from the repository's root, with <c>/</c>.</param>
/// <param name="Line">Line of the test, from 1.</param>
public sealed record ReportedSource(string File, int Line);
