using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Studies.Calibration;

/// <summary>One training of the unchanged recipe and its measurements.</summary>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Threads">Threads of the engine.</param>
/// <param name="Steps">Updates the run made.</param>
/// <param name="Weights">SHA-256 of the weights; lower-case hex.</param>
/// <param name="Now">The gated metrics, by name.</param>
/// <param name="Reference">The same of the untuned model.</param>
public sealed record PocketSeedRun(ulong Seed, int Threads, long Steps, string Weights, IReadOnlyDictionary<string, Measurement> Now,
    IReadOnlyDictionary<string, Measurement> Reference);
