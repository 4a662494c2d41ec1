namespace SafetyGate.Harness.Reports.Html;

/// <summary>Pages in the look of the report, which need nothing but themselves: no network.</summary>
public static class HtmlPage
{
    /// <summary>A page of sections, without a script; UTF-8, with <c>\n</c>.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="lead">Sentences below it; plain text.</param>
    /// <param name="sections">Its sections, in order; the content of cells is escaped.</param>
    public static string Write(string title, IReadOnlyList<string> lead, IReadOnlyList<ReportSection> sections)
    {
        var html = new HtmlText();
        html.Opening(title, "page");
        html.Add($"<header><div class=\"wrap\"><div class=\"brand\"><b>SafetyGate</b></div>\n<h1>{title}</h1>\n");
        foreach (var sentence in lead) html.Add($"<p>{sentence}</p>\n");
        html.Markup("</div></header>\n<main id=\"main\" class=\"wrap\">\n");
        foreach (var (i, section) in sections.Index()) html.Section(section, Invariant($"part{i + 1}"));
        html.Markup("</main>\n<footer class=\"wrap\">It loads nothing and sends nothing. Responses are shown as the models gave them.</footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Everything before the header: policy, style, title, and the link that skips to what the page is about.</summary>
    internal static void Opening(this HtmlText html, string title, string what)
    {
        html.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{HtmlStyle.Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>SafetyGate: {title}</title>

            """);
        html.Markup("<style>").Markup(HtmlStyle.Sheet);
        html.Add($"</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the {what}</a>\n");
    }
}
