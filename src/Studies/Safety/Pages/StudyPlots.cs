using System.Net;
using System.Text;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Safety.Pages;

/// <summary>The plots of a study as SVG files, readable on a white and on a dark page.</summary>
internal static class StudyPlots
{
    private const double Width = 720, Left = 70, Right = 470, Top = 20, RowHeight = 26;

    // Okabe and Ito (2008): told apart by color-blind readers too. Shapes repeat them.
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000"];

    /// <summary>Accuracy gained against safety lost, a point a seed.</summary>
    public static string Scatter(StudyPart part, IReadOnlyList<ArmSummary> arms)
    {
        const double bottom = 320;
        var points = arms.SelectMany(arm => arm.GainedBySeed.Zip(arm.LostBySeed, (gained, lost) => (X: 100 * gained, Y: 100 * lost))).ToList();
        var (x, y) = (Scale.Over([0, .. points.Select(point => point.X)], Left, Right), Scale.Over([0, .. points.Select(point => point.Y)], bottom, Top));
        var svg = new StringBuilder();
        Axes(svg, x, y, bottom, "accuracy gained at temperature 1, points", "safety lost at temperature 1, points");
        for (var i = 0; i < arms.Count; i++)
        {
            foreach (var (gained, lost) in arms[i].GainedBySeed.Zip(arms[i].LostBySeed)) Mark(svg, i, x.At(100 * gained), y.At(100 * lost), arms[i].IsMatched);
            Mark(svg, i, Right + 20, Top + 6 + (i * 20), filled: true);
            Text(svg, Right + 32, Top + 10 + (i * 20), "start", arms[i].Arm.Label + (arms[i].IsMatched ? "" : " (not all at the target)"));
        }

        return Picture(part.Title + ": accuracy gained against safety lost", Math.Max(bottom + 50, Top + 30 + (arms.Count * 20)), svg);
    }

    /// <summary>Safety lost per point gained of every arm with both kinds of limits.</summary>
    public static string Prices(StudyPart part, IReadOnlyList<ArmSummary> arms)
    {
        var known = arms.Where(arm => arm.Price.PerPoint is not null).ToList();
        var bottom = Top + (arms.Count * RowHeight);
        var ends = known.SelectMany(arm => new double?[] { arm.Price.PerPoint, arm.Price.OverSeeds?.Lower, arm.Price.OverSeeds?.Upper, arm.Price.OverSeedsAndItems?.Lower, arm.Price.OverSeedsAndItems?.Upper }).OfType<double>().Append(0);
        var x = Scale.Over([.. ends], 250, Width - 20);
        var svg = new StringBuilder();
        foreach (var tick in x.Ticks)
        {
            Line(svg, "grid", x.At(tick), Top, x.At(tick), bottom);
            Text(svg, x.At(tick), bottom + 16, "middle", Invariant($"{tick:0.###}"));
        }

        Line(svg, "axis", x.At(0), Top, x.At(0), bottom);
        for (var i = 0; i < arms.Count; i++)
        {
            var at = Top + ((i + 0.5) * RowHeight);
            Text(svg, 240, at + 4, "end", arms[i].Arm.Label);
            if (arms[i].Price.PerPoint is not { } price) Text(svg, 258, at + 4, "start", "undefined");
            else
            {
                if (arms[i].Price.OverSeeds is { } seeds) Line(svg, "limits", x.At(seeds.Lower), at - 3, x.At(seeds.Upper), at - 3);
                if (arms[i].Price.OverSeedsAndItems is { } items) Line(svg, "other", x.At(items.Lower), at + 3, x.At(items.Upper), at + 3);
                Mark(svg, 0, x.At(price), at, arms[i].IsMatched);
            }
        }

        Text(svg, Width - 20, bottom + 34, "end", "points of safety lost for a point of accuracy; thick: over seeds (Fieller), thin: over seeds and items");
        return Picture(part.Title + ": safety lost per point of accuracy gained", bottom + 44, svg);
    }

    private static void Axes(StringBuilder svg, Scale x, Scale y, double bottom, string across, string up)
    {
        foreach (var tick in x.Ticks)
        {
            Line(svg, "grid", x.At(tick), Top, x.At(tick), bottom);
            Text(svg, x.At(tick), bottom + 16, "middle", Invariant($"{tick:0.##}"));
        }

        foreach (var tick in y.Ticks)
        {
            Line(svg, "grid", Left, y.At(tick), Right, y.At(tick));
            Text(svg, Left - 6, y.At(tick) + 4, "end", Invariant($"{tick:0.##}"));
        }

        Line(svg, "axis", Left, y.At(0), Right, y.At(0));
        Text(svg, Right, bottom + 34, "end", across);
        svg.Append(Invariant($"<text x=\"16\" y=\"{Top}\" text-anchor=\"end\" transform=\"rotate(-90 16 {Top})\">{WebUtility.HtmlEncode(up)}</text>\n"));
    }

    // Filled: at the target. The shape changes where the colors begin again.
    private static void Mark(StringBuilder svg, int arm, double x, double y, bool filled)
    {
        var color = Colors[arm % Colors.Length];
        var style = filled ? $"fill=\"{color}\"" : $"fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\"";
        svg.Append(arm / Colors.Length % 2 == 0
            ? Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\" {style}/>\n")
            : Invariant($"<rect x=\"{x - 4:0.#}\" y=\"{y - 4:0.#}\" width=\"8\" height=\"8\" {style}/>\n"));
    }

    private static void Line(StringBuilder svg, string style, double x1, double y1, double x2, double y2) =>
        svg.Append(Invariant($"<line class=\"{style}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>\n"));

    private static void Text(StringBuilder svg, double x, double y, string anchor, string words) =>
        svg.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(words)}</text>\n"));

    private static string Picture(string title, double height, StringBuilder drawing) => Invariant($$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{height}}" width="{{Width}}" height="{{height}}" role="img" font-family="sans-serif" font-size="12">
        <title>{{WebUtility.HtmlEncode(title)}}</title>
        <style>.grid{stroke:#ddd}.axis{stroke:#444}.limits{stroke:#0072B2;stroke-width:3}.other{stroke:#444;stroke-width:1}text{fill:#222}</style>
        <rect width="{{Width}}" height="{{height}}" fill="#fff"/>
        {{drawing}}</svg>

        """);
}
