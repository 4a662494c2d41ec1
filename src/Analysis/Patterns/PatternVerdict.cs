namespace SafetyGate.Analysis.Patterns;

/// <summary>Whether failures have something in common.</summary>
public enum PatternVerdict
{
    /// <summary>No structure that could not be chance.</summary>
    NoPattern,

    /// <summary>They come in kinds.</summary>
    Patterns,
}
