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

    /// <summary>
    /// A batch in pieces that can run side by side: equal in rows up to one, samples of a prompt cut apart where they must be.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<SharedPrompt>> Pieces(IReadOnlyList<SharedPrompt> batch, int count)
    {
        if (count == 1) return [batch];
        var rows = Rows(batch);
        var pieces = new List<IReadOnlyList<SharedPrompt>>();
        var all = batch.SelectMany(prompt => prompt.Continuations.Select(continuation => (prompt.Ids, Continuation: continuation))).ToList();
        for (var piece = 0; piece < count; piece++)
        {
            var (start, end) = (piece * rows / count, (piece + 1) * rows / count);
            var prompts = new List<SharedPrompt>();
            foreach (var (ids, continuation) in all[start..end])
            {
                if (prompts.Count == 0 || !ReferenceEquals(prompts[^1].Ids, ids)) prompts.Add(new SharedPrompt(ids, []));
                prompts[^1].Continuations.Add(continuation);
            }
            pieces.Add(prompts);
        }
        return pieces;
    }

    /// <summary>Continuations of a batch.</summary>
    public static int Rows(IReadOnlyList<SharedPrompt> batch) => batch.Sum(prompt => prompt.Continuations.Count);

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
