using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>What a study's file says beside its arms' recipes.</summary>
public sealed record StudySettings
{
    /// <summary>Name of the study, such as <c>pocket</c>; part of file names.</summary>
    public required string Name { get; init; }

    /// <summary>Heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>What the study is of: a paragraph of the page.</summary>
    public string Text { get; init; } = "";

    /// <summary>Accuracy on the validation split at which arms end and are compared, in (0, 1]; each recipe's own target must be it.</summary>
    public required double Target { get; init; }

    /// <summary>Training seeds of an arm, from 1. Default 5.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Training seeds of an arm in the quick version. Default 2.</summary>
    public int QuickSeeds { get; init; } = 2;

    /// <summary>Most new tokens of an answer to a request.</summary>
    public required int RequestTokens { get; init; }

    /// <summary>Most new tokens of an answer to a problem.</summary>
    public required int ProblemTokens { get; init; }

    /// <summary>As conversations (the default) or as plain text.</summary>
    public PromptStyle Style { get; init; } = PromptStyle.Chat;

    /// <summary>Harmful requests; each suite is shown, all are pooled.</summary>
    public required IReadOnlyList<StudySuite> Adversarial { get; init; }

    /// <summary>Harmless requests that look harmful.</summary>
    public required StudySuite OverRefusal { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<StudyDomain> Domains { get; init; }

    /// <summary>Sections, in order; the first is the headline.</summary>
    public required IReadOnlyList<StudyPart> Parts { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name.Length == 0 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            yield return $"name is '{Name}'; it is part of file names: letters, digits, - and _ only.";
        if (Target is not (> 0 and <= 1)) yield return Invariant($"target is {Target}; it must lie in (0, 1].");
        foreach (var (key, value) in new[] { ("seeds", Seeds), ("quick_seeds", QuickSeeds), ("request_tokens", RequestTokens), ("problem_tokens", ProblemTokens) })
            if (value < 1) yield return Invariant($"{key} is {value}; it must be 1 or more.");
        if (Adversarial.Count == 0) yield return "There is no adversarial suite; give at least one.";
        if (Domains.Count == 0) yield return "There is no domain; give at least one.";
        if (Parts.Count == 0) yield return "There is no part; give at least one.";
        foreach (var problem in Adversarial.Append(OverRefusal).Concat(Domains.Select(domain => domain.Test)).Concat(Domains.Select(domain => domain.Training).OfType<StudySuite>()).SelectMany(suite => suite.Problems()))
            yield return problem;
        foreach (var (kind, names) in new[] { ("suite", Adversarial.Append(OverRefusal).Select(suite => suite.Name)), ("domain", Domains.Select(domain => domain.Name)), ("part", Parts.Select(part => part.Name)) })
            if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
                yield return $"The {kind} '{twice.Key}' is there twice; give each another name.";
    }
}
