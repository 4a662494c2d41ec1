namespace SafetyGate.Harness.Runs;

/// <summary>How far a run in a store is.</summary>
public enum StoredRunState
{
    /// <summary>Trained; its record can be read.</summary>
    Finished,

    /// <summary>A process trains it now.</summary>
    Training,

    /// <summary>A process began and no longer runs; the next one that asks for the run resumes it.</summary>
    Interrupted,

    /// <summary>Its record cannot be read, or it was moved aside; nothing takes it.</summary>
    Corrupt,

    /// <summary>Its removal was cut off; what is left of it is removed with the next ones.</summary>
    HalfRemoved,
}
