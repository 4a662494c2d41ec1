namespace SafetyGate.Trainers.Loop;

/// <summary>How an update is divided into passes over the model.</summary>
/// <param name="TokensAtOnce">Most tokens of one forward and backward pass, padding included; one row always passes. <c>null</c>: all rows
/// of a batch.</param>
/// <param name="RecomputeLayers">Whether layers are computed again on the way back instead of being kept.</param>
public sealed record PassPlan(int? TokensAtOnce = null, bool RecomputeLayers = false)
{
    /// <summary>Which settings make a pass smaller, as an imperative for messages.</summary>
    internal string Remedy => (RecomputeLayers ? "" : "set options.gradient_checkpointing to true or ")
        + (TokensAtOnce is { } tokens ? Invariant($"lower options.micro_batch_tokens, now {tokens}") : "set options.micro_batch_tokens");

    /// <summary>Divides rows, in order, into passes.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rowsAtOnce">Most rows of a pass.</param>
    /// <param name="tokens">Tokens of a pass over rows.</param>
    public IReadOnlyList<IReadOnlyList<T>> Divide<T>(IReadOnlyList<T> rows, int rowsAtOnce, Func<IReadOnlyList<T>, long> tokens)
    {
        var passes = new List<IReadOnlyList<T>>();
        var pass = new List<T>();
        foreach (var row in rows)
        {
            pass.Add(row);
            if (pass.Count == 1 || (pass.Count <= rowsAtOnce && (TokensAtOnce is not { } most || tokens(pass) <= most))) continue;
            pass.RemoveAt(pass.Count - 1);
            passes.Add(pass);
            pass = [row];
        }

        if (pass.Count > 0) passes.Add(pass);
        return passes;
    }
}
