namespace SafetyGate.Analysis.Curation;

/// <summary>A rate before and after training, with the interval of the paired difference.</summary>
public sealed record MeasuredRate
{
    /// <summary>What was measured, such as <c>in domain</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Items.</summary>
    public required int Items { get; init; }

    /// <summary>The student's rate.</summary>
    public required double Before { get; init; }

    /// <summary>The taught student's rate.</summary>
    public required double After { get; init; }

    /// <summary>Lower limit of the difference.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper limit of the difference.</summary>
    public required double Upper { get; init; }
}
