namespace SafetyGate.Harness.Reports;

/// <summary>The training run a verdict is about.</summary>
/// <param name="Name">Name of the recipe.</param>
/// <param name="Digest">Key of the run in the store; lower-case hex.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Steps">Steps it took.</param>
public sealed record ReportedRun(string Name, string Digest, ulong Seed, long Steps);
