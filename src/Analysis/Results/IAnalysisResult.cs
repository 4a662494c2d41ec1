namespace SafetyGate.Analysis.Results;

/// <summary>A result that is a file of its own kind, written and read by <see cref="AnalysisFile"/>.</summary>
public interface IAnalysisResult
{
    /// <summary>Kind and version of the file, such as <c>safetygate.strata/1</c>.</summary>
    static abstract string Schema { get; }

    /// <summary>Validation errors, one sentence each; empty if the result is evidence of something.</summary>
    IEnumerable<string> Problems();

    /// <summary>What people read in the file; computed from the rest, and read by no program. <c>null</c> for none.</summary>
    object? Summary { get; }
}
