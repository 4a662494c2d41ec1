using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>Refusal by suite with intervals: before as a ring, now as a dot, suite under suite.</summary>
internal static class SuitePlot
{
    private const double Left = 8, Right = Plot.Width - 8, RowHeight = 52, Top = 30;

    private const double Between = 40; // ticks of the rows above, and room

    public static HtmlText Of(string id, SuiteRates rates)
    {
        var rows = rates.Rows;
        var svg = new HtmlText();
        svg.Dot("before", Left + 6, 12, 4).Words("label", Left + 16, 16, "start", rates.BeforeName).Dot("now", 106, 12, 4.5)
            .Words("label", 116, 16, "start", "now");
        var (top, bottom) = (Top, Top);
        // Harmless requests are refused near 0 %, harmful ones near 100 %: on one scale neither could be told apart.
        foreach (var panel in rows.GroupBy(row => row.IsFlipped).OrderBy(panel => panel.Key).Select(panel => panel.ToList()))
        {
            bottom = top + panel.Count * RowHeight;
            Panel(svg, panel, top, bottom);
            top = bottom + Between;
        }

        return Plot.Picture(id, $"Refusal by suite: {rates.Title}", string.Join("; ", rows.Select(r => $"{r.Label}: {Shown.Rate(r.Comparison.Before, r.IsFlipped)} {rates.BeforeName}, {Shown.Rate(r.Comparison.Now, r.IsFlipped)} now")), bottom + 22, svg);
    }

    private static void Panel(HtmlText svg, List<SuiteRate> rows, double top, double bottom)
    {
        var axis = Scale(rows);
        foreach (var tick in axis.Ticks)
        {
            svg.Line("grid", axis.At(tick), top, axis.At(tick), bottom);
            svg.Words("tick", axis.At(tick), bottom + 15, axis.At(tick) < Left + 15 ? "start" : axis.At(tick) > Right - 15 ? "end" : "middle",
                Invariant($"{100 * tick:0.##} %"));
        }

        for (var i = 0; i < rows.Count; i++) Row(svg, axis, rows[i], top + i * RowHeight);
    }

    private const double LeastSpan = .05;

    // As wide as the rates and their intervals need, so that suites at 99 % can be told apart; never beyond 0 and 1.
    private static Axis Scale(IReadOnlyList<SuiteRate> rows)
    {
        var values = rows.SelectMany(row => new[] { row.Comparison.Before, row.Comparison.Now }.SelectMany(rate => new[] { rate.Limits is { } limits ? Shown.Of(limits, row.IsFlipped).Lower : Share(rate, row), rate.Limits is { } upper ? Shown.Of(upper, row.IsFlipped).Upper : Share(rate, row) })).Where(double.IsFinite).ToList();
        if (values.Count == 0) return new(0, 1, Left, Right);
        var (low, high) = (values.Min(), values.Max());
        if (high - low < LeastSpan) (low, high) = (Math.Max(0, (low + high - LeastSpan) / 2), Math.Min(1, (low + high + LeastSpan) / 2));
        var axis = Axis.Over([low, high], Left, Right);
        return axis with { Low = Math.Max(0, axis.Low), High = Math.Min(1, axis.High) };
    }

    private static double Share(ReportedRate rate, SuiteRate row) => row.IsFlipped ? 1 - rate.Rate : rate.Rate;

    private static void Row(HtmlText svg, Axis axis, SuiteRate row, double y)
    {
        svg.Words("name", Left, y + 16, "start", VisibleText.Line(row.Label, 48));
        Rate(svg, axis, row.Comparison.Before, row.IsFlipped, y + 27, "before");
        Rate(svg, axis, row.Comparison.Now, row.IsFlipped, y + 39, row.Tone);
    }

    private static void Rate(HtmlText svg, Axis axis, ReportedRate rate, bool flip, double y, string style)
    {
        if (rate.Limits is { } limits)
            svg.Line("whisker " + style, axis.At(Shown.Of(limits, flip).Lower), y, axis.At(Shown.Of(limits, flip).Upper), y);
        svg.Dot(style, axis.At(flip ? 1 - rate.Rate : rate.Rate), y, style == "before" ? 4 : 4.5);
    }
}
