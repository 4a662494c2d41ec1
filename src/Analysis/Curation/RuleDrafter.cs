using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>Drafts by rule: more worked rows of each pattern's slice.</summary>
public sealed class RuleDrafter : IDrafter
{
    /// <inheritdoc/>
    public string Name => "rules 1";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Strategy>> DraftAsync(IReadOnlyList<FoundPattern> patterns, int rows, CancellationToken cancellationToken)
    {
        var shares = Shares([.. patterns.Select(pattern => pattern.Items.Count)], rows);
        return Task.FromResult<IReadOnlyList<Strategy>>([.. patterns.Select((pattern, k) => Strategy(pattern, k, shares[k]))]);
    }

    internal static Strategy Strategy(FoundPattern pattern, int place, int rows) => new()
    {
        Name = Invariant($"s{place + 1}"),
        Pattern = pattern.Name,
        Description = $"Worked tasks like those of the training data, each of this kind: {pattern.SliceWords}. The worked answer shows every step, so that the mistake '{pattern.Name}' is not made.",
        Wanted = [.. pattern.Slice.Select(share => new ItemProperty(share.Name, share.Value))],
        Rows = rows,
    };

    /// <summary>Rows in proportion to weights, one at least each, all together as wanted: largest remainders.</summary>
    internal static IReadOnlyList<int> Shares(IReadOnlyList<int> weights, int rows)
    {
        if (rows < weights.Count) throw new UserErrorException(Invariant($"{rows} rows are wanted for {weights.Count} patterns; give one row a pattern at least."), GateExitCode.Usage);
        double whole = weights.Sum();
        double[] exact = [.. weights.Select(weight => Math.Max(1, rows * weight / whole))];
        int[] shares = [.. exact.Select(value => (int)value)];
        foreach (var k in Enumerable.Range(0, shares.Length).OrderByDescending(k => exact[k] - shares[k]))
            if (shares.Sum() < rows) shares[k]++;
        while (shares.Sum() > rows) shares[Array.IndexOf(shares, shares.Max())]--;
        return shares;
    }
}
