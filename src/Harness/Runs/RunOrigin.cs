namespace SafetyGate.Harness.Runs;

/// <summary>Origin of a run.</summary>
public enum RunOrigin
{
    /// <summary>It was trained now, from the start.</summary>
    Trained,

    /// <summary>It was trained now, going on from the state an interrupted attempt left.</summary>
    Resumed,

    /// <summary>It was in the store.</summary>
    FromStore,
}
