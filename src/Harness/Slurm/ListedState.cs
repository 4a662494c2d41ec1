namespace SafetyGate.Harness.Slurm;

/// <summary>How far an element of a submitted list is.</summary>
public enum ListedState
{
    /// <summary>No task has taken it.</summary>
    Queued,

    /// <summary>A task works on it, or was killed while it did.</summary>
    Running,

    /// <summary>It is in the store.</summary>
    Done,

    /// <summary>It cannot be carried out; no task of this submission tries again.</summary>
    Failed,
}
