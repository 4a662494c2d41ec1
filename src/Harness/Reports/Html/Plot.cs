namespace SafetyGate.Harness.Reports.Html;

/// <summary>A plot as inline SVG with a name and a description, drawn 400 units wide so that its letters can be read on a phone.</summary>
internal static class Plot
{
    public const double Width = 400;

    /// <summary>The picture around its drawing.</summary>
    /// <param name="id">Unique in the page.</param>
    /// <param name="title">Name, for those who do not see it.</param>
    /// <param name="description">Description of the content.</param>
    /// <param name="height">Units.</param>
    /// <param name="drawing">The drawing.</param>
    public static HtmlText Picture(string id, string title, string description, double height, HtmlText drawing) => new HtmlText()
        .Add($"""<svg class="plot" role="img" aria-labelledby="{id}-t {id}-d" viewBox="0 0 {Width} {height}" xmlns="http://www.w3.org/2000/svg"><title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>""")
        .Add(drawing).Markup("</svg>\n");

    /// <summary>A line with its class.</summary>
    public static HtmlText Line(this HtmlText svg, string style, double x1, double y1, double x2, double y2) => svg.Add($"""<line class="{style}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>""");

    /// <summary>Words at a place.</summary>
    /// <param name="svg">The drawing.</param>
    /// <param name="style">Class of the text.</param>
    /// <param name="x">Where.</param>
    /// <param name="y">Base line.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="words">The text.</param>
    public static HtmlText Words(this HtmlText svg, string style, double x, double y, string anchor, string words) => svg.Add($"""<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>""");

    /// <summary>A dot.</summary>
    public static HtmlText Dot(this HtmlText svg, string style, double x, double y, double radius) => svg.Add($"""<circle class="{style}" cx="{x}" cy="{y}" r="{radius}"/>""");
}
