namespace SafetyGate.Harness.Slurm;

/// <summary>An element of a submitted list.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Task">The task that works or worked on it; 0 if none did.</param>
/// <param name="Words">What came out, or why it failed; may be empty.</param>
public sealed record ListedProgress(ListedState State, int Task, string Words);
