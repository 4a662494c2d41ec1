namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// All items with their answers as data in the page, and the fields that the page's script searches them by; without a script the page says
/// so and has the flipped items.
/// </summary>
internal static class ItemsHtml
{
    public static void Items(this HtmlText html, ReportItems items)
    {
        html.Add($"<section id=\"items\"><h2>All items</h2>\n<p class=\"note\">{Words(items)} Answers may be harmful; they are shown when an item is opened.</p>\n");
        html.Markup("""
            <p class="note" id="items-without">Searching them needs a script, which does not run here; the flipped items stand above with their answers.</p>
            <div id="items-bar" class="find" role="search" hidden><label for="items-words">Search all items</label><input id="items-words" type="search" placeholder="id, behavior, prompt or answer"><select id="items-metric" aria-label="Metric"></select><select id="items-part" aria-label="Suite or category"></select><select id="items-outcome" aria-label="Outcome"></select><output id="items-found"></output></div>
            <div id="items-list"></div>
            <button type="button" id="items-more" hidden></button>

            """);
        html.Markup("<script type=\"application/json\" id=\"items-data\">").Markup(items.Json).Markup("</script>\n</section>\n");
    }

    private static string Words(ReportItems items) => items.Shown >= items.Measured
        ? Invariant($"All {items.Measured:N0} measured items are in this page.")
        : Invariant($"{items.Shown:N0} of {items.Measured:N0} measured items are in this page, those that got worse or fail first; {GateCommandName.Text} report --format html --items-mib N makes room for N MiB of them.");
}
