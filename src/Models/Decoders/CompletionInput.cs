namespace SafetyGate.Models.Decoders;

/// <summary>
/// Prompts and the completions that continue them. A decoder reads each prompt once, whatever the number of its completions.
/// </summary>
public sealed record CompletionInput
{
    /// <summary>The prompts; each has at least one token.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Prompts { get; init; }

    /// <summary>The completions, in any order; at least one.</summary>
    public required IReadOnlyList<PromptCompletion> Completions { get; init; }

    /// <summary>Completions of prompts, equal prompts merged.</summary>
    /// <param name="rows">Prompt and completion of each row.</param>
    public static CompletionInput Of(IEnumerable<(IReadOnlyList<int> PromptIds, IReadOnlyList<int> CompletionIds)> rows)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var prompts = new List<IReadOnlyList<int>>();
        var completions = new List<PromptCompletion>();
        foreach (var (promptIds, completionIds) in rows)
        {
            if (places.TryAdd(string.Join(',', promptIds), prompts.Count)) prompts.Add(promptIds);
            completions.Add(new PromptCompletion(places[string.Join(',', promptIds)], completionIds));
        }
        return new() { Prompts = prompts, Completions = completions };
    }

    internal void RequireSound()
    {
        if (Completions.Count == 0) throw new ArgumentException("There is no completion; give at least one.");
        foreach (var (prompt, ids) in Completions)
        {
            if ((uint)prompt >= (uint)Prompts.Count)
                throw new ArgumentException(Invariant($"A completion continues prompt {prompt}; there are {Prompts.Count}, from 0."));
            if (Prompts[prompt].Count == 0 || ids.Count == 0) throw new ArgumentException(Invariant($"Prompt {prompt} has {Prompts[prompt].Count} tokens and a completion of it {ids.Count}; both need at least one."));
        }
    }
}
