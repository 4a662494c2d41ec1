namespace SafetyGate.Harness.Reports;

/// <summary>One bound of the theory, put to a run.</summary>
/// <param name="Id">Its number, such as <c>B7</c>.</param>
/// <param name="On">The quantity it bounds.</param>
/// <param name="Statement">The statement of the bound.</param>
/// <param name="Premise">Under which premise.</param>
/// <param name="Applies">Whether the premise was shown.</param>
/// <param name="Value">The bound; <c>null</c> unless it applies.</param>
/// <param name="Observed">The measured value of the bounded quantity; <c>null</c> if there is none.</param>
/// <param name="Note">Why it does not apply, or a note on the number; may be empty.</param>
public sealed record DriftBound(string Id, string On, string Statement, string Premise, BoundApplicability Applies, double? Value,
    double? Observed, string Note = "");
