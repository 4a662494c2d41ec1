namespace SafetyGate.Harness.Reports.Html;

/// <summary>Neutral sections and tables as markup. A table scrolls inside its box, also by keyboard.</summary>
internal static class HtmlTable
{
    /// <summary>Head, notes and table in a section of the page.</summary>
    /// <param name="html">The page.</param>
    /// <param name="section">The section.</param>
    /// <param name="id">Unique in the page.</param>
    /// <param name="alert">Whether it must be seen.</param>
    /// <param name="longest">Rows from which on the table is folded.</param>
    public static HtmlText Section(this HtmlText html, ReportSection section, string id, bool alert = false, int longest = int.MaxValue)
    {
        html.Add($"<section id=\"{id}\" class=\"{(alert ? "alert" : "plain")}\"><h2>{section.Title}</h2>\n").Notes(section.Notes);
        if (section.Table is { } table && table.Rows.Count > longest)
            html.Add($"<details><summary>All {table.Rows.Count} rows</summary><div class=\"in\">\n").Table(table, section.Title).Markup("</div></details>\n");
        else if (section.Table is { } whole) html.Table(whole, section.Title);
        return html.Markup("</section>\n");
    }

    /// <summary>Sentences.</summary>
    public static HtmlText Notes(this HtmlText html, IReadOnlyList<string> notes)
    {
        foreach (var note in notes) html.Add($"<p class=\"note\">{note}</p>\n");
        return html;
    }

    /// <summary>A table.</summary>
    public static HtmlText Table(this HtmlText html, ReportTable table, string name)
    {
        html.Open(table.Columns, name);
        foreach (var row in table.Rows)
        {
            html.Markup("<tr>");
            for (var i = 0; i < row.Count; i++) html.Add($"<td class=\"{Style(table.Columns[i], row[i])}\">{row[i]}</td>");
            html.Markup("</tr>\n");
        }

        return html.Close();
    }

    /// <summary>The box and the head of a table.</summary>
    public static HtmlText Open(this HtmlText html, IReadOnlyList<ReportColumn> columns, string name)
    {
        html.Add($"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\"><table class=\"wide\"><thead><tr>");
        foreach (var column in columns) html.Add($"<th scope=\"col\" class=\"{(column.IsNumber ? "n" : "m")}\">{column.Title}</th>");
        return html.Markup("</tr></thead><tbody>\n");
    }

    /// <summary>Class of a cell: n a number, l long words that need room and may break anywhere, m others.</summary>
    public static string Style(ReportColumn column, string cell) => column.IsNumber ? "n" : cell.Length > 24 ? "l" : "m";

    /// <summary>The end of a table and its box.</summary>
    public static HtmlText Close(this HtmlText html) => html.Markup("</tbody></table></div>\n");
}
