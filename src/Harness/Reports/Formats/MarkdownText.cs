using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Formats;

/// <summary>Untrusted text in GitHub's Markdown: nothing of it is structure, a link, a mention or HTML.</summary>
internal static class MarkdownText
{
    /// <summary>One line of plain text; every character that would mean something is a character reference.</summary>
    public static string Inline(string text)
    {
        var line = VisibleText.Line(text);
        var escaped = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (IsStructure(line, i)) escaped.Append(Invariant($"&#{(int)line[i]};"));
            else escaped.Append(line[i]);
        }

        return escaped.ToString().Replace("www.", "www&#46;", StringComparison.OrdinalIgnoreCase); // becomes a link by itself
    }

    private static bool IsStructure(string line, int i)
    {
        bool Letter(int at) => at >= 0 && at < line.Length && char.IsLetterOrDigit(line[at]);
        return line[i] switch
        {
            '\\' or '`' or '*' or '[' or ']' or '<' or '>' or '|' or '~' or '&' or '@' or '$' => true,
            '_' => !(Letter(i - 1) && Letter(i + 1)), // inside a word it is no emphasis
            ':' => i + 1 < line.Length && line[i + 1] != ' ', // addresses, and names of emoji
            '#' => i == 0 || Letter(i + 1), // a heading, or an issue
            '-' or '+' or '=' => i == 0, // a list, or the line under a heading
            _ => false,
        };
    }

    /// <summary>One line as code: GitHub looks for no mentions in it.</summary>
    public static string Code(string text, int longest) => $"<code>{Inline(VisibleText.Line(text, longest))}</code>";

    /// <summary>Lines as they are, in a fence that the text cannot close.</summary>
    public static string Block(string text, string language = "text")
    {
        var shown = VisibleText.Of(text);
        var (longest, run) = (2, 0);
        foreach (var c in shown) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        var fence = new string('`', longest + 1);
        return $"{fence}{language}\n{shown}\n{fence}\n";
    }

    /// <summary>A section: head, notes, table.</summary>
    public static string Section(ReportSection section, int level)
    {
        var text = new StringBuilder(new string('#', level)).Append(' ').Append(Inline(section.Title)).Append("\n\n");
        foreach (var note in section.Notes) text.Append(Inline(note)).Append("\n\n");
        if (section.Table is { } table) text.Append(Table(table)).Append('\n');
        return text.ToString();
    }

    private static string Table(ReportTable table)
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => Inline(c.Title))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => c.IsNumber ? "--:" : "---")).Append(" |\n");
        foreach (var row in table.Rows) text.Append("| ").AppendJoin(" | ", row.Select(Inline)).Append(" |\n");
        return text.ToString();
    }
}
