namespace SafetyGate.Trainers.Memory;

/// <summary>Sizes of a run's data that decide its memory, at their largest.</summary>
public sealed record RunShape
{
    /// <summary>Rows of one pass, undivided.</summary>
    public required int Rows { get; init; }

    /// <summary>Tokens a row adds to a pass, padding included.</summary>
    public required int RowTokens { get; init; }

    /// <summary>Tokens that are read once for several rows: prompts of a group. 0 where each row has its own.</summary>
    public int SharedTokens { get; init; }

    /// <summary>Rows that share them; 1 where each row has its own.</summary>
    public int RowsSharing { get; init; } = 1;

    /// <summary>Tokens of a row whose distributions are read.</summary>
    public required int RowTargets { get; init; }

    /// <summary>Rows drawn at once; 0 for a trainer that draws none.</summary>
    public int DrawnRows { get; init; }

    /// <summary>Whether a frozen reference is loaded.</summary>
    public bool HasReference { get; init; }

    /// <summary>Whether a value model of the policy's size is trained beside it; in an adapter's run it shares the base.</summary>
    public bool HasValueModel { get; init; }

    /// <summary>Bytes of frozen models besides the reference, such as a reward model.</summary>
    public long FrozenBytes { get; init; }

    /// <summary>Whether gradients flow through entropies, which takes more tables of distributions.</summary>
    public bool TrainsEntropies { get; init; }

    /// <summary>Whether passes may be divided without changing the objective.</summary>
    public bool IsDivisible { get; init; } = true;

    /// <summary>Bytes of the data as the run has them in memory.</summary>
    public long DataBytes { get; init; }

    /// <summary>Tokens of a pass over some of the rows.</summary>
    public long Tokens(int rows) => ((long)rows * RowTokens) + ((rows + RowsSharing - 1) / RowsSharing * (long)SharedTokens);
}
