using System.Globalization;
using System.Text;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// Who approved a baseline, when and why, with the file's hash: <c>FILE.approval.md</c> beside it, one a baseline so that pull requests do
/// not collide.
/// </summary>
public sealed record ApprovalNote
{
    /// <summary>Name of the baseline file.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the baseline file; lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Who approved.</summary>
    public required string Who { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset When { get; init; }

    /// <summary>Why; one line.</summary>
    public required string Why { get; init; }

    /// <summary>
    /// SHA-256 of the first approved result, where it is the anchor of the spec: of this file itself, or of the one kept as
    /// <c>SPEC.TEST.first.json</c>; <c>null</c> for other specs.
    /// </summary>
    public string? First { get; init; }

    /// <summary>How many scores of the file are a person's, and whose; <c>null</c> if none is. For the reader: the file itself has them.</summary>
    public string? Overrides { get; init; }

    /// <summary>The words of <see cref="Overrides"/> for a result.</summary>
    /// <param name="document">The result.</param>
    internal static string? OverridesOf(ResultDocument document)
    {
        var scores = document.Metrics.SelectMany(metric => metric.Measurement.Items).Sum(item => item.Scores.Count);
        var people = document.Metrics.SelectMany(metric => metric.Measurement.Items).SelectMany(item => item.Overrides).GroupBy(one => one.Who, StringComparer.Ordinal).ToList();
        return people.Count == 0 ? null : Invariant($"{people.Sum(one => one.Count())} of {scores} scores {(people.Sum(one => one.Count()) == 1 ? "is" : "are")} a person's: {string.Join(", ", people.Take(5).Select(one => Invariant($"{one.Count()} by {one.Key}")))}{(people.Count > 5 ? Invariant($" and of {people.Count - 5} more") : "")}");
    }

    /// <summary>The text of the note.</summary>
    public string Text() =>
        $"# Approval of {File}\n\n- sha256: {Sha256}\n- who: {OneLine(Who)}\n- when: {When.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\n- why: {OneLine(Why)}\n{(First is null ? "" : $"- first: {First}\n")}{(Overrides is null ? "" : $"- overrides: {OneLine(Overrides)}\n")}";

    /// <summary>Reads a note; <c>null</c> when the text is not one.</summary>
    public static ApprovalNote? Parse(string text, string file)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith("- ", StringComparison.Ordinal)) continue;
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || !fields.TryAdd(line[2..colon], line[(colon + 2)..].Trim())) return null;
        }

        if (!fields.TryGetValue("sha256", out var sha) || !fields.TryGetValue("who", out var who) || !fields.TryGetValue("when", out var when) || !fields.TryGetValue("why", out var why)) return null;
        if (!IsSha256(sha) || who.Length == 0 || why.Length == 0) return null;
        if (!DateTimeOffset.TryParse(when, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return null;
        var first = fields.GetValueOrDefault("first");
        return first is null || IsSha256(first) ? new() { File = file, Sha256 = sha, Who = who, When = time, Why = why, First = first, Overrides = fields.GetValueOrDefault("overrides") } : null;
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string OneLine(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            line.Append(line.Length > 0 ? " " : "").Append(word);
        return line.ToString();
    }
}
