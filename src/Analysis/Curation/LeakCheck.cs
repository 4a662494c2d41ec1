namespace SafetyGate.Analysis.Curation;

/// <summary>No row's task is one that is held out, as it stands or in other numbers or words, and no completion repeats a validation text.</summary>
/// <param name="guard">What validation texts hold.</param>
public sealed class LeakCheck(LeakGuard guard) : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "leak";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken) => ValueTask.FromResult(
        guard.Knows(row.Prompt) || guard.SharesGram(row.Completion) ? "too much like a task that is held out" : null);
}
