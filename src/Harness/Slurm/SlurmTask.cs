namespace SafetyGate.Harness.Slurm;

/// <summary>A task of a job that Slurm has not forgotten.</summary>
/// <param name="Number">Its number in the array; 0 for a job that is none.</param>
/// <param name="State">Slurm's word, such as <c>PENDING</c> or <c>RUNNING</c>.</param>
/// <param name="Reason">Why it waits; may be empty.</param>
public sealed record SlurmTask(int Number, string State, string Reason);
