namespace SafetyGate.Harness.Reports.Html;

/// <summary>A rate over approved commits or kept results, oldest on the left.</summary>
internal static class HistoryPlot
{
    private const double Left = 60, Right = Plot.Width - 12, Top = 12, Bottom = 128, Height = 158;

    /// <param name="id">Unique in the page.</param>
    /// <param name="history">Two points at least.</param>
    public static HtmlText Of(string id, RateHistory history)
    {
        var points = history.Points;
        var svg = new HtmlText();
        var y = Scale(points);
        double X(int i) => Left + (Right - Left) * i / Math.Max(1, points.Count - 1);
        foreach (var tick in y.Ticks)
            svg.Line("grid", Left, y.At(tick), Right, y.At(tick)).Words("tick", Left - 6, y.At(tick) + 4, "end", Invariant($"{tick:0.##} %"));
        svg.Add($"""<polyline class="curve" points="{string.Join(' ', points.Select((point, i) => Invariant($"{X(i):0.#},{y.At(100 * point.Rate):0.#}")))}"/>""");
        for (var i = 0; i < points.Count; i++) svg.Dot("now", X(i), y.At(100 * points[i].Rate), 3.5);
        svg.Words("tick", Left, Bottom + 18, "start", points[0].Where).Words("tick", Right, Bottom + 18, "end", points[^1].Where);
        return Plot.Picture(id, $"History: {history.Metric}", string.Join("; ", points.Select(point => $"{point.Where} {Shown.Percent(point.Rate)}")), Height, svg);
    }

    private const double LeastSpan = 1; // percent

    // As wide as the rates need, one percent at least; never beyond 0 and 100.
    private static Axis Scale(IReadOnlyList<RatePoint> points)
    {
        var (low, high) = (100 * points.Min(point => point.Rate), 100 * points.Max(point => point.Rate));
        if (high - low < LeastSpan)
        {
            low = Math.Clamp((low + high - LeastSpan) / 2, 0, 100 - LeastSpan);
            high = low + LeastSpan;
        }

        var axis = Axis.Over([low, high], Bottom, Top);
        return axis with { Low = Math.Max(0, axis.Low), High = Math.Min(100, axis.High) };
    }
}
