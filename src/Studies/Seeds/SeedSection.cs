namespace SafetyGate.Studies.Seeds;

/// <summary>Results of one section of the study: its claims with their verdicts.</summary>
public sealed record SeedSection
{
    /// <summary>How it was made, in a few sentences; Markdown.</summary>
    public required string Setup { get; init; }

    /// <summary>The claims, controls included; at least one.</summary>
    public required IReadOnlyList<SeedClaim> Claims { get; init; }

    /// <summary>Further figures.</summary>
    public IReadOnlyList<SeedTable> Tables { get; init; } = [];

    /// <summary>What was tried and did not come out, and other words about it; Markdown, may be empty.</summary>
    public string Notes { get; init; } = "";

    /// <summary>No when a required claim did not come out, else inconclusive when one of them is, else yes.</summary>
    public SeedVerdict Verdict
    {
        get
        {
            var verdicts = Claims.Where(claim => claim.IsRequired).Select(claim => claim.Verdict).ToList();
            return verdicts.Contains(SeedVerdict.No) ? SeedVerdict.No : verdicts.Contains(SeedVerdict.Inconclusive) ? SeedVerdict.Inconclusive : SeedVerdict.Yes;
        }
    }
}
