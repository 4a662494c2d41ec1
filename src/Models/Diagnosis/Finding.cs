namespace SafetyGate.Models.Diagnosis;

/// <summary>One thing that was found in a model directory.</summary>
public sealed record Finding
{
    /// <summary>What was looked at, such as <c>end tokens</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>What was found.</summary>
    public required string Found { get; init; }

    /// <summary>The files that say so.</summary>
    public required string Where { get; init; }

    /// <summary>What it means for a gate.</summary>
    public required FindingVerdict Verdict { get; init; }

    /// <summary>What to do or to know; may be empty.</summary>
    public string Advice { get; init; } = "";
}
