namespace SafetyGate.Models.Generation;

/// <summary>A prompt's tokens and the requested continuations: requests with the same tokens share one prefill.</summary>
internal sealed record SharedPrompt(IReadOnlyList<int> Ids, List<Continuation> Continuations);

/// <summary>Groups continuations by prompt and prompts into batches of similar length.</summary>
internal static class PromptBatches
{
    /// <summary>
    /// Batches, shortest prompts first; each fits the budget or holds a single prompt with a single batch's worth of continuations.
    /// </summary>
    public static IEnumerable<IReadOnlyList<SharedPrompt>> Of(IReadOnlyList<Continuation> continuations, int maxNewTokens,
        GenerationBudget budget)
    {
        var batch = new List<SharedPrompt>();
        var rows = 0;
        foreach (var prompt in Grouped(continuations))
        {
            foreach (var chunk in prompt.Continuations.Chunk(budget.Rows))
            {
                var longest = prompt.Ids.Count; // sorted by length, so the newcomer is the longest
                var wanted = rows + chunk.Length;
                var fits = wanted <= budget.Rows
                    && (long)wanted * (longest + maxNewTokens) <= budget.Tokens
                    && (batch.Count + 1L) * longest * longest <= budget.Pairs;
                if (!fits && batch.Count > 0)
                {
                    yield return batch;
                    (batch, rows) = ([], 0);
                }
                batch.Add(new SharedPrompt(prompt.Ids, [.. chunk]));
                rows += chunk.Length;
            }
        }
        if (batch.Count > 0) yield return batch;
    }

    private static IEnumerable<SharedPrompt> Grouped(IReadOnlyList<Continuation> continuations)
    {
        var byIds = new Dictionary<string, SharedPrompt>(StringComparer.Ordinal);
        var prompts = new List<SharedPrompt>();
        foreach (var continuation in continuations)
        {
            var ids = continuation.PromptIds;
            var key = string.Join(',', ids);
            if (!byIds.TryGetValue(key, out var prompt))
            {
                byIds.Add(key, prompt = new SharedPrompt(ids, []));
                prompts.Add(prompt);
            }
            prompt.Continuations.Add(continuation);
        }
        return prompts.OrderBy(prompt => prompt.Ids.Count);
    }
}
