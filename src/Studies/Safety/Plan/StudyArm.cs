using SafetyGate.Harness.Gates;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>One way of tuning, carried out with several seeds. Its recipe is beside it in the file.</summary>
public sealed record StudyArm
{
    /// <summary>Name, such as <c>rlvr</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name in tables and plots.</summary>
    public required string Label { get; init; }

    /// <summary>Sections it belongs to.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The task it is tuned for.</summary>
    public required string Domain { get; init; }

    /// <summary>Seeds, where they are others than the study's.</summary>
    public int? Seeds { get; init; }

    /// <summary>Seeds in the quick version; 0 leaves the arm out there.</summary>
    public int? QuickSeeds { get; init; }

    /// <summary>Accuracy on the validation split at which its runs end, where it is another than the study's.</summary>
    public double? Target { get; init; }

    /// <summary>The verdict on the pooled adversarial suites at temperature 1 that this arm is there to show; <c>null</c> for none.</summary>
    public Verdict? Expect { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the arm fits the study.</summary>
    internal IEnumerable<string> Problems(StudySettings study)
    {
        if (Name.Length == 0 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            yield return $"name is '{Name}'; it is part of file names: letters, digits, -, _ and . only.";
        if (study.Domains.All(domain => domain.Name != Domain))
            yield return $"domain is '{Domain}'; it must be one of {string.Join(", ", study.Domains.Select(domain => domain.Name))}.";
        if (Parts.FirstOrDefault(name => study.Parts.All(part => part.Name != name)) is { } unknown)
            yield return $"parts has '{unknown}'; the study has {string.Join(", ", study.Parts.Select(part => part.Name))}.";
        if (Seeds is < 1) yield return Invariant($"seeds is {Seeds}; it must be 1 or more, or absent.");
        if (QuickSeeds is < 0) yield return Invariant($"quick_seeds is {QuickSeeds}; it must be 0 or more, or absent.");
        if (Target is not (null or (> 0 and <= 1))) yield return Invariant($"target is {Target}; it must lie in (0, 1].");
    }
}
