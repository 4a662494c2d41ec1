using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafetyGate.Studies.Seeds;

/// <summary>The study as a page of Markdown, the command that makes it at the top, and the same as JSON.</summary>
public static class SeedPage
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="results">The sections in the order of the page; at least one.</param>
    public static string ToMarkdown(string command, IReadOnlyList<(ISeedStudy Study, SeedSection Section)> results)
    {
        var text = new StringBuilder(Invariant($"""
            # Five systems around the gate: what each must show

            Written by `{command}`.

            A verdict is *yes*, *no* or *inconclusive*; that of a section rests on its required claims, negative controls among them. Intervals are at {100 * SeedClaim.Level:0} %, over seeds by Student's t unless the section says otherwise.

            | section | verdict |
            | --- | --- |

            """));
        foreach (var (study, section) in results) text.Append(Invariant($"| [{study.Title}](#{study.Name}) | {Word(section.Verdict)} |\n"));
        foreach (var (system, title) in SeedStudies.Systems)
        {
            var own = results.Where(result => result.Study.Group == system).ToList();
            if (own.Count == 0) continue;
            text.Append(Invariant($"\n## {title}\n"));
            foreach (var (study, section) in own) Append(text, study, section);
        }

        return text.ToString();
    }

    /// <summary>The same results for programs.</summary>
    /// <inheritdoc cref="ToMarkdown"/>
    public static string ToJson(string command, IReadOnlyList<(ISeedStudy Study, SeedSection Section)> results) => JsonSerializer.Serialize(
        new
        {
            Command = command,
            Sections = results.Select(result => new { result.Study.Group, result.Study.Name, result.Study.Title, result.Study.MustShow, result.Section.Verdict, result.Section.Setup, result.Section.Claims, result.Section.Tables, result.Section.Notes }),
        }, Json) + "\n";

    private static void Append(StringBuilder text, ISeedStudy study, SeedSection section)
    {
        text.Append(Invariant($"\n<a id=\"{study.Name}\"></a>\n### {study.Title}: {Word(section.Verdict)}\n\n*Must show:* {study.MustShow}\n\n{section.Setup}\n\n"));
        text.Append("| claim | needs | figure | interval | seeds | each seed | verdict |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var claim in section.Claims)
        {
            var limits = claim.Limits is { } interval ? Invariant($"{Number(interval.Lower)} to {Number(interval.Upper)}") : "";
            var verdict = Word(claim.Verdict) + (claim.IsRequired ? "" : " (reported)") + (claim.Remark.Length == 0 ? "" : $": {claim.Remark}");
            text.Append(Invariant($"| {(claim.IsControl ? "control: " : "")}{Cell(claim.Claim)} | {Cell(claim.Needs)} | {(claim.Value is { } value ? Number(value) : "")} | {limits} | {claim.Seeds} | {string.Join(", ", claim.BySeed.Select(Number))} | {Cell(verdict)} |\n"));
        }

        foreach (var table in section.Tables)
        {
            text.Append(Invariant($"\n{table.Title}\n\n| {string.Join(" | ", table.Header.Select(Cell))} |\n|{string.Concat(table.Header.Select(_ => " --- |"))}\n"));
            foreach (var row in table.Rows) text.Append(Invariant($"| {string.Join(" | ", row.Select(Cell))} |\n"));
        }

        if (section.Notes.Length > 0) text.Append(Invariant($"\n{section.Notes}\n"));
    }

    private static string Word(SeedVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Number(double value) => value == Math.Round(value) && Math.Abs(value) < 1e6 ? Invariant($"{value:0}") : Invariant($"{value:0.000}");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
