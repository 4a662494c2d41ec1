namespace SafetyGate.Analysis.Curation;

/// <summary>A row has a prompt, a completion and an answer, none too long, and the completion ends with the answer where the training data's do.</summary>
/// <param name="mark">What stands before the answer at the end of a completion, such as <c>####</c>; <c>null</c> for no rule.</param>
/// <param name="longest">Most characters of a part.</param>
public sealed class FormCheck(string? mark = "####", int longest = 8000) : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "form";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken) => ValueTask.FromResult(
        string.IsNullOrWhiteSpace(row.Prompt) || string.IsNullOrWhiteSpace(row.Completion) || string.IsNullOrWhiteSpace(row.Answer) ? "prompt, completion or answer is empty"
        : row.Prompt.Length > longest || row.Completion.Length > longest ? Invariant($"longer than {longest} characters")
        : row.Prompt.Any(IsControl) || row.Completion.Any(IsControl) ? "holds control characters"
        : mark is not null && !EndsWithAnswer(row, mark) ? $"the completion does not end with '{mark}' and the answer"
        : null);

    private static bool EndsWithAnswer(DraftRow row, string mark)
    {
        var at = row.Completion.LastIndexOf(mark, StringComparison.Ordinal);
        return at >= 0 && row.Completion[(at + mark.Length)..].Trim() == row.Answer.Trim();
    }

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');
}
