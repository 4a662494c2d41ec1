namespace SafetyGate.Analysis.Curation;

/// <summary>No row has a gram or the template of a validation text, in its prompt or completion.</summary>
/// <param name="guard">What validation texts hold.</param>
public sealed class LeakCheck(LeakGuard guard) : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "leak";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken) => ValueTask.FromResult(
        guard.SharesTemplate(row.Prompt) || guard.SharesGram(row.Prompt) || guard.SharesGram(row.Completion) ? "too much like a task that is held out" : null);
}
