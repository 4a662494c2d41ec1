using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Curation;

/// <summary>The prompt is that of no training row and of no row accepted before, white space and case aside.</summary>
/// <param name="known">Prompts of the training data.</param>
public sealed class DuplicateCheck(IEnumerable<string> known) : IRowCheck
{
    private readonly HashSet<string> _known = new(known.Select(Key), StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "duplicate";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_known.Contains(Key(row.Prompt)) ? "the task is there already" : null);

    /// <summary>Adds an accepted row.</summary>
    internal void Accept(DraftRow row) => _known.Add(Key(row.Prompt));

    private static string Key(string prompt) => string.Join(' ', Tokens.Words(prompt.ToLowerInvariant()));
}
